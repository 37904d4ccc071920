//! The snapshot's JSON Schema, drawn from the dictionary.

use serde_json::{Map, Value, json};

use crate::rows::RESULTS;
use crate::{Cause, ColumnInfo, DatasetInfo, Datasets, Platform, SNAPSHOT_SCHEMA, Type};

/// The JSON Schema (draft 2020-12) of [`crate::Snapshot`].
pub fn snapshot_schema() -> Value {
    let mut definitions = Map::new();
    definitions.insert("gap".into(), gap());
    definitions.insert("source".into(), source());
    let mut datasets = Map::new();
    for info in Datasets::ALL.iter().filter(|info| info.name != RESULTS) {
        definitions.insert(definition(info), row(info));
        datasets.insert(
            info.name.into(),
            json!({
                "type": "object",
                "description": info.doc.trim(),
                "properties": {
                    "listing": { "oneOf": [
                        { "const": "complete" },
                        { "type": "object", "properties": { "unread": reference("gap") },
                          "required": ["unread"], "additionalProperties": false },
                    ] },
                    "rows": { "type": "array", "items": reference(&definition(info)) },
                },
                "required": ["listing", "rows"],
                "additionalProperties": false,
            }),
        );
    }
    definitions.insert(
        "tenant".into(),
        json!({
            "type": "object",
            "properties": {
                "id": { "type": "string" },
                "name": { "type": "string" },
                "platform": { "enum": Platform::ALL.map(Platform::name) },
                "sources": { "type": "array", "items": reference("source") },
                "datasets": { "type": "object", "properties": datasets, "additionalProperties": false },
            },
            "required": ["id", "name", "platform", "sources", "datasets"],
            "additionalProperties": false,
        }),
    );
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SNAPSHOT_SCHEMA,
        "description": "Everything that tenantscan read of one client at one moment.",
        "type": "object",
        "properties": {
            "schema": { "const": SNAPSHOT_SCHEMA },
            "client": named(&["id", "name"]),
            "taken_at": { "type": "string", "format": "date-time" },
            "tool": named(&["name", "version"]),
            "tenants": { "type": "array", "items": reference("tenant") },
        },
        "required": ["schema", "client", "taken_at", "tool", "tenants"],
        "additionalProperties": false,
        "$defs": definitions,
    })
}

/// The name of a row's definition. Two datasets may call their rows by the same word.
fn definition(info: &DatasetInfo) -> String {
    format!("row of {}", info.name).replace(' ', "_")
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn named(keys: &[&str]) -> Value {
    let properties: Map<String, Value> = keys.iter().map(|key| ((*key).into(), json!({ "type": "string" }))).collect();
    json!({ "type": "object", "properties": properties, "required": keys, "additionalProperties": false })
}

fn gap() -> Value {
    json!({
        "type": "object",
        "description": "Why a fact is not known, and the source that would have given it.",
        "properties": { "cause": { "enum": Cause::ALL.map(Cause::name) }, "source": { "type": "string" } },
        "required": ["cause", "source"],
        "additionalProperties": false,
    })
}

fn source() -> Value {
    let count = json!({ "type": "integer", "minimum": 0 });
    json!({
        "type": "object",
        "properties": {
            "source": { "type": "string" },
            "title": { "type": "string" },
            "state": { "enum": ["read", "unread"] },
            "requests": count,
            "rows": count,
            "milliseconds": count,
            "sha256": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
            "cause": { "enum": Cause::ALL.map(Cause::name) },
            "status": count,
            "code": { "type": "string" },
            "request_id": { "type": "string" },
            "cure": { "type": "string" },
        },
        "required": ["source", "title", "state"],
        "additionalProperties": false,
    })
}

fn row(info: &DatasetInfo) -> Value {
    let properties: Map<String, Value> = info
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| (column.name.into(), cell(column, index == info.key)))
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": [info.columns[info.key].name],
        "additionalProperties": false,
    })
}

fn cell(column: &ColumnInfo, key: bool) -> Value {
    let mut known = match column.r#type {
        Type::Bool => json!({ "type": "boolean" }),
        Type::Int => json!({ "type": "integer" }),
        Type::Text => json!({ "type": "string" }),
        Type::Enum(words) => json!({ "enum": words }),
        Type::Time => json!({ "type": "string", "format": "date-time" }),
        Type::Texts => json!({ "type": "array", "items": { "type": "string" } }),
    };
    if key {
        known["description"] = column.doc.trim().into();
        return known;
    }
    let hole = json!({
        "type": "object", "properties": { "unknown": reference("gap") },
        "required": ["unknown"], "additionalProperties": false,
    });
    let mut ways = vec![known, hole];
    if column.nullable {
        ways.push(json!({ "type": "null" }));
    }
    json!({ "description": column.doc.trim(), "anyOf": ways })
}
