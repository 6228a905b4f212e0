//! Form-encoded parameters with bracket syntax: `created[gte]=1`, `types[]=a`, `metadata[key]=x`.

/// The parameters of a query or a body, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `a=1&b[c]=2`. What cannot be decoded is kept as it came.
    pub(crate) fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(key), decoded(value))
        });
        Self(pairs.collect())
    }

    /// The same with a number that is allowed, and greater than `most`, made smaller. What is not allowed stays.
    pub(crate) fn with_at_most(mut self, key: &str, most: usize, allowed: usize) -> Self {
        let greater =
            |value: &str| value.parse().is_ok_and(|number: usize| number > most && number <= allowed);
        for (_, value) in self.0.iter_mut().filter(|(each, value)| each == key && greater(value)) {
            *value = most.to_string();
        }
        self
    }

    pub(crate) fn one(&self, key: &str) -> Option<&str> {
        self.0.iter().rev().find(|(each, _)| each == key).map(|(_, value)| value.as_str())
    }

    /// `types[]`, `types[0]`.
    pub(crate) fn many<'a>(&'a self, key: &'a str) -> Vec<&'a str> {
        self.inside(key).map(|(_, value)| value).collect()
    }

    /// `metadata[key]`, as key and value.
    pub(crate) fn inside<'a>(&'a self, key: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().filter_map(move |(each, value)| {
            let inner = each.strip_prefix(key)?.strip_prefix('[')?.strip_suffix(']')?;
            Some((inner, value.as_str()))
        })
    }

    /// The first parameter whose name before the bracket is not in the list.
    pub(crate) fn unknown(&self, known: &[&str]) -> Option<&str> {
        let name = |key: &'_ str| key.find('[').unwrap_or(key.len());
        self.0.iter().map(|(key, _)| &key[..name(key)]).find(|key| !known.contains(key))
    }
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
        let byte = escaped.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        match (byte, bytes[at]) {
            (Some(byte), _) => {
                out.push(byte);
                at += 2;
            }
            (None, b'+') => out.push(b' '),
            (None, other) => out.push(other),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_and_escapes_are_read() {
        let form =
            Form::parse("created%5Bgte%5D=5&types[]=a&types[1]=b&metadata[my key]=x+y&limit=3&limit=4");
        assert_eq!(form.one("created[gte]"), Some("5"));
        assert_eq!(form.many("types"), ["a", "b"]);
        assert_eq!(form.inside("metadata").collect::<Vec<_>>(), [("my key", "x y")]);
        assert_eq!(form.one("limit"), Some("4"));
        assert_eq!(form.unknown(&["created", "types", "metadata"]), Some("limit"));
        assert_eq!(decoded("100%25 %zz %"), "100% %zz %");
    }
}
