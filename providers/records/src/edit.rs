//! Entries put into the files that people write, with every comment and the order of everything kept.

use jiff::civil::Date;
use toml_edit::{Array, ArrayOfTables, Datetime, DocumentMut, InlineTable, Item, RawString, Table, TableLike, Value};

use crate::evidence::Evidence;

/// One entry of a record file, that can be put into its text.
///
/// Implemented for [`crate::Attestation`], [`crate::Vendor`], [`crate::Account`], [`crate::Exception`] and
/// [`crate::PlanItem`] alone.
pub trait Entry: sealed::Sealed {
    /// The file that it belongs to: `vendors.toml`.
    const FILE: &'static str;
    /// The list of tables that it stands in: `vendor`.
    const LIST: &'static str;
    /// The keys that tell which entry it is.
    const KEY: &'static [&'static str];
    /// Whether two entries are the same whose keys differ in large and small letters alone.
    const ANY_CASE: bool = false;

    /// Its keys in their order, with those that it does not have.
    #[doc(hidden)]
    fn fields(&self) -> Fields;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for crate::Attestation {}
    impl Sealed for crate::Vendor {}
    impl Sealed for crate::Account {}
    impl Sealed for crate::Exception {}
    impl Sealed for crate::PlanItem {}
}

/// Keys in their order; none where the entry does not have it.
pub(crate) type Fields = Vec<(&'static str, Option<Field>)>;

/// What stands at a key.
#[doc(hidden)]
pub enum Field {
    /// A value on one line.
    Value(Value),
    /// A table of its own.
    Table(Fields),
}

/// A text into which nothing can be put.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// It is not TOML.
    #[error("the file is not TOML: {0}")]
    Syntax(#[from] toml_edit::TomlError),
    /// What must be a list of tables is something else.
    #[error("`{0}` must be a list of tables: `[[{0}]]` on a line of its own for each")]
    Shape(&'static str),
}

/// The text of the file with the entry in it: in place of the one that is the same by its keys, or else at the end. An
/// empty text becomes a file.
///
/// # Errors
/// When the text is not TOML, or its list is no list. Whoever calls reads the file first, and so says where.
pub fn put<E: Entry>(text: &str, entry: &E) -> Result<String, EditError> {
    // A mark that some editors set at the start is no part of the text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut document: DocumentMut = text.parse()?;
    let about = none_any_more(&mut document, E::LIST);
    // What stands below the last table: a new one comes after it.
    let below = document.trailing().as_str().unwrap_or_default().to_owned();
    let list = document.entry(E::LIST).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let fields = entry.fields();
    match list {
        Item::ArrayOfTables(list) => {
            let twin = list.iter_mut().find(|table| is_twin::<E>(*table, &fields));
            if let Some(table) = twin {
                write(table, fields, false);
            } else {
                let mut table = Table::new();
                let line = if text.is_empty() { "" } else { "\n" };
                table.decor_mut().set_prefix(format!("{below}{line}{about}"));
                write(&mut table, fields, false);
                list.push(table);
                document.set_trailing("");
            }
        }
        Item::Value(Value::Array(list)) if list.iter().all(Value::is_inline_table) => {
            let is_it = |value: &Value| value.as_inline_table().is_some_and(|table| is_twin::<E>(table, &fields));
            let place = list.iter().position(is_it);
            if let Some(table) = place.and_then(|place| list.get_mut(place)).and_then(Value::as_inline_table_mut) {
                write(table, fields, true);
            } else {
                let mut table = InlineTable::new();
                write(&mut table, fields, true);
                push(list, table);
            }
        }
        _ => return Err(EditError::Shape(E::LIST)),
    }
    let new = document.to_string();
    // Files that were written on Windows stay so.
    Ok(if text.contains("\r\n") { new.replace("\r\n", "\n").replace('\n', "\r\n") } else { new })
}

/// Takes out a list that says that there is none, `list = []`: tables take its place. What people wrote around it is
/// returned.
fn none_any_more(document: &mut DocumentMut, list: &str) -> String {
    let Some(array) = document.get(list).and_then(Item::as_array).filter(|array| array.is_empty()) else {
        return String::new();
    };
    let text = |raw: Option<&RawString>| raw.and_then(RawString::as_str).unwrap_or_default().to_owned();
    let after = [text(array.decor().prefix()), text(Some(array.trailing())), text(array.decor().suffix())];
    let mut about = text(document.key(list).and_then(|key| key.leaf_decor().prefix()));
    for line in after.iter().flat_map(|part| part.lines()).filter(|line| !line.trim().is_empty()) {
        about += &format!("{}\n", line.trim());
    }
    document.remove(list);
    about
}

/// Puts a table into a list that stands between brackets, in the manner of the others there.
fn push(list: &mut Array, table: InlineTable) {
    let text = |raw: Option<&RawString>| raw.and_then(RawString::as_str).unwrap_or_default().to_owned();
    let first = list.get(0).map(|value| text(value.decor().prefix())).unwrap_or_default();
    // Each on a line of its own, or all on one.
    let space = first.rfind('\n').map_or(" ", |line| &first[line..]).to_owned();
    // What is said of the last table stays with it.
    let mut behind = match list.len().checked_sub(1).and_then(|last| list.get_mut(last)) {
        Some(last) => {
            let behind = text(last.decor().suffix());
            last.decor_mut().set_suffix("");
            behind
        }
        None => String::new(),
    };
    behind += &text(Some(list.trailing()));
    let mut value = Value::from(table);
    let kept = behind.trim_end();
    value.decor_mut().set_prefix(if kept.contains('#') && !space.contains('\n') {
        format!("{kept}\n")
    } else {
        format!("{kept}{space}")
    });
    list.push_formatted(value);
    list.set_trailing(if behind.contains('\n') || space.contains('\n') { "\n" } else { "" });
}

/// Whether an entry is the same by its keys.
fn is_twin<E: Entry>(table: &dyn TableLike, fields: &Fields) -> bool {
    E::KEY.iter().all(|key| is_same_key::<E>(table, key, fields))
}

/// Whether the key says the same in the table.
fn is_same_key<E: Entry>(table: &dyn TableLike, key: &str, fields: &Fields) -> bool {
    let own = fields.iter().find_map(|(name, field)| match field {
        Some(Field::Value(value)) if *name == key => value.as_str(),
        _ => None,
    });
    let there = table.get(key).and_then(Item::as_str);
    let plain = |text: &str| if E::ANY_CASE { text.trim().to_lowercase() } else { text.trim().to_owned() };
    own.zip(there).is_some_and(|(own, there)| plain(own) == plain(there))
}

/// Sets each key, and takes out those that the entry does not have. What says the same already stays as it is written.
fn write(table: &mut dyn TableLike, fields: Fields, inline: bool) {
    for (key, field) in fields {
        match (table.get_mut(key), field) {
            (_, None) => {
                table.remove(key);
            }
            (Some(Item::Value(old)), Some(Field::Value(new))) if is_same(old, &new) => {}
            (Some(Item::Value(old)), Some(Field::Value(mut new))) => {
                *new.decor_mut() = old.decor().clone();
                *old = new;
            }
            (Some(item), Some(Field::Table(inner))) if item.is_table_like() => {
                let inline = item.is_inline_table();
                if let Some(inner_table) = item.as_table_like_mut() {
                    write(inner_table, inner, inline);
                }
            }
            (_, Some(Field::Value(new))) => {
                table.insert(key, Item::Value(new));
            }
            (_, Some(Field::Table(inner))) => {
                let mut new = Table::new();
                write(&mut new, inner, false);
                let new = if inline { Item::Value(new.into_inline_table().into()) } else { Item::Table(new) };
                table.insert(key, new);
            }
        }
    }
}

/// Whether two values say the same, however they are written.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| is_same(a, b)),
        (Value::InlineTable(a), Value::InlineTable(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| is_same(a, b)))
        }
        (Value::String(a), Value::String(b)) => a.value().trim() == b.value().trim(),
        (Value::Integer(a), Value::Integer(b)) => a.value() == b.value(),
        (Value::Float(a), Value::Float(b)) => a.value() == b.value(),
        (Value::Boolean(a), Value::Boolean(b)) => a.value() == b.value(),
        (Value::Datetime(a), Value::Datetime(b)) => a.value() == b.value(),
        _ => false,
    }
}

pub(crate) fn text(text: &str) -> Option<Field> {
    Some(Field::Value(text.into()))
}

pub(crate) fn some_text(of: Option<&str>) -> Option<Field> {
    of.and_then(text)
}

pub(crate) fn texts(all: &[String]) -> Option<Field> {
    (!all.is_empty()).then(|| Field::Value(Value::Array(all.iter().map(String::as_str).collect::<Array>())))
}

pub(crate) fn number(of: Option<u16>) -> Option<Field> {
    of.map(|number| Field::Value(i64::from(number).into()))
}

pub(crate) fn day(of: Option<Date>) -> Option<Field> {
    let day = of?;
    let day: Datetime = day.to_string().parse().expect("jiff writes a day as TOML does: RFC 3339");
    Some(Field::Value(day.into()))
}

pub(crate) fn evidence(all: &[Evidence]) -> Value {
    let one = |it: &Evidence| match &it.sha256 {
        None => Value::from(it.at.as_str()),
        Some(hash) => {
            let mut table = InlineTable::new();
            table.insert("file", it.at.as_str().into());
            table.insert("sha256", hash.as_str().into());
            table.into()
        }
    };
    Value::Array(all.iter().map(one).collect())
}

/// A JSON value as TOML; what is null is left out.
pub(crate) fn value(json: &serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match json {
        Json::Null => Value::Array(Array::new()),
        Json::Bool(value) => (*value).into(),
        Json::Number(number) => match number.as_i64() {
            Some(number) => number.into(),
            None => number.as_f64().unwrap_or(f64::NAN).into(),
        },
        Json::String(text) => text.as_str().into(),
        Json::Array(items) => Value::Array(items.iter().filter(|it| !it.is_null()).map(value).collect()),
        Json::Object(map) => {
            let mut table = InlineTable::new();
            for (key, inner) in map.iter().filter(|(_, it)| !it.is_null()) {
                table.insert(key, value(inner));
            }
            table.into()
        }
    }
}
