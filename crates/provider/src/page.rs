//! One page of a list, parsed straight into items: nothing of it is held twice.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::{Call, surrogates};

/// What stands beside the items of a page.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) next: Option<Next>,
    pub(crate) items: u64,
    /// Whether the vendor says that there is more than it gives.
    pub(crate) cut: bool,
}

/// How the next page is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// At this address.
    Link(String),
    /// At the same address, with this `pageToken`.
    Token(String),
}

/// The name under which a list of this kind stands in an answer, and whether it always does.
fn listed(call: Call) -> (&'static str, bool) {
    match call {
        Call::Pages(items) => (items, false),
        _ => ("value", true),
    }
}

/// Gives each item to `each`. An error is a page that is not as OData, or Google's APIs, describe it.
pub(crate) fn read<T: DeserializeOwned>(
    call: Call,
    body: &[u8],
    each: &mut (impl FnMut(T) + ?Sized),
) -> Result<Page, serde_json::Error> {
    let body = surrogates::mended(body);
    let mut deserializer = serde_json::Deserializer::from_slice(&body);
    let (items, always) = listed(call);
    let page = Whole { items, always, each, item: PhantomData::<T> }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(page)
}

struct Whole<'f, F: ?Sized, T> {
    items: &'static str,
    /// Whether a page without a list is none.
    always: bool,
    each: &'f mut F,
    item: PhantomData<T>,
}

impl<'de, T: DeserializeOwned, F: FnMut(T) + ?Sized> DeserializeSeed<'de> for Whole<'_, F, T> {
    type Value = Page;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Page, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(T) + ?Sized> Visitor<'de> for Whole<'_, F, T> {
    type Value = Page;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with an array `{}`", self.items)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Page, A::Error> {
        let (mut page, mut listed) = (Page::default(), false);
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            match &*key {
                key if key == self.items && !listed => {
                    page.items = map.next_value_seed(Items { each: &mut *self.each, item: PhantomData::<T> })?;
                    listed = true;
                }
                "@odata.nextLink" => page.next = map.next_value::<Option<String>>()?.map(Next::Link),
                "nextPageToken" if !self.always => {
                    let token = map.next_value::<Option<String>>()?.filter(|token| !token.is_empty());
                    page.next = token.map(Next::Token);
                }
                "error" if !self.always => return Err(serde::de::Error::custom("an error in place of a list")),
                // Exchange writes here what a cmdlet says to whoever types it.
                "@adminapi.warnings" => {
                    let warnings = map.next_value::<Option<Vec<serde_json::Value>>>()?.unwrap_or_default();
                    let more = |warning: &serde_json::Value| warning.to_string().contains("more results");
                    page.cut |= warnings.iter().any(more);
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if listed || !self.always { Ok(page) } else { Err(serde::de::Error::missing_field(self.items)) }
    }
}

struct Items<'f, F: ?Sized, T> {
    each: &'f mut F,
    item: PhantomData<T>,
}

impl<'de, T: DeserializeOwned, F: FnMut(T) + ?Sized> DeserializeSeed<'de> for Items<'_, F, T> {
    type Value = u64;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<u64, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(T) + ?Sized> Visitor<'de> for Items<'_, F, T> {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<u64, A::Error> {
        let mut count = 0;
        while let Some(item) = items.next_element::<T>()? {
            (self.each)(item);
            count += 1;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(body: &str) -> Result<(Vec<i64>, Option<Next>), String> {
        let mut all = Vec::new();
        let page =
            read::<i64>(Call::Get, body.as_bytes(), &mut |item| all.push(item)).map_err(|error| error.to_string())?;
        assert_eq!(page.items, all.len() as u64);
        Ok((all, page.next))
    }

    #[test]
    fn a_page_gives_its_items_and_the_next_link_wherever_it_stands() {
        let next = Some(Next::Link("https://a.example/2".to_owned()));
        assert_eq!(items(r#"{"@odata.nextLink":"https://a.example/2","value":[1,2]}"#), Ok((vec![1, 2], next.clone())));
        assert_eq!(items(r#"{"value":[],"@odata.nextLink":"https://a.example/2","x":{"y":[]}}"#), Ok((vec![], next)));
        assert_eq!(items(r#"{"value":[3],"@odata.nextLink":null}"#), Ok((vec![3], None)));
    }

    #[test]
    fn a_page_of_google_may_leave_an_empty_list_out_and_names_a_token() {
        let items = |body: &str| {
            let mut all = Vec::new();
            let page = read::<i64>(Call::Pages("users"), body.as_bytes(), &mut |item| all.push(item));
            page.map(|page| (all, page.next)).map_err(|error| error.to_string())
        };
        let next = Some(Next::Token("t".to_owned()));
        assert_eq!(items(r#"{"kind":"x","users":[1,2],"nextPageToken":"t"}"#), Ok((vec![1, 2], next.clone())));
        assert_eq!(items(r#"{"nextPageToken":"t"}"#), Ok((vec![], next)));
        assert_eq!(items(r#"{"users":[3],"nextPageToken":""}"#), Ok((vec![3], None)));
        assert_eq!(items("{}"), Ok((vec![], None)));
        for wrong in ["", "[]", r#"{"error":{"code":403}}"#, r#"{"users":{}}"#, r#"{"users":null}"#, r#"{"users":[1"#] {
            assert!(items(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_list_that_the_vendor_says_is_cut_is_cut() {
        let cut =
            |body: &str| read::<i64>(Call::Get, body.as_bytes(), &mut |_| ()).map(|page| page.cut).expect("a page");
        assert!(cut(r#"{"value":[1],"@adminapi.warnings":["There are more results available than are shown."]}"#));
        assert!(!cut(r#"{"value":[1],"@adminapi.warnings":["The command is deprecated."]}"#));
        assert!(!cut(r#"{"value":[1],"@adminapi.warnings":null}"#));
    }

    #[test]
    fn what_is_no_page_is_an_error() {
        for body in [
            "",
            "[]",
            "{}",
            r#"{"value":null}"#,
            r#"{"value":{}}"#,
            r#"{"value":[1"#,
            r#"{"value":["a"]}"#,
            r#"{"value":[1]}x"#,
        ] {
            assert!(items(body).is_err(), "{body}");
        }
    }
}
