//! Turns the list of methods into the dispatcher, the typed client and the TypeScript bindings.

use std::any::TypeId;
use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use ts_rs::{Config, TS, TypeVisitor};

/// What a caller may do with a method.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Reads only.
    Query,
    /// Changes the books; the founder's ordinary decisions.
    Command,
    /// Lets money out: only the confirm window and the command line.
    Release,
}

impl Kind {
    /// The name in the TypeScript bindings.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Query => "query",
            Kind::Command => "command",
            Kind::Release => "release",
        }
    }
}

/// A method of the interface, as a type: the typed client calls `client.call::<method::today>(…)`.
pub trait Method {
    /// Its input.
    type Input: Serialize + DeserializeOwned + TS + 'static;
    /// Its output.
    type Output: Serialize + DeserializeOwned + TS + 'static;
    /// Its name on the wire.
    const NAME: &'static str;
    /// Who may call it.
    const KIND: Kind;
}

macro_rules! methods {
    (@kind query) => { $crate::api::registry::Kind::Query };
    (@kind command) => { $crate::api::registry::Kind::Command };
    (@kind release) => { $crate::api::registry::Kind::Release };
    ($($kind:ident $name:ident($input:ty) -> $output:ty => $area:ident::$handler:ident;)*) => {
        /// Each method as a type.
        #[allow(non_camel_case_types)]
        pub mod method {
            use super::*;
            use $crate::api::registry::{Kind, Method};
            $(
                #[doc = concat!("`", stringify!($name), "`")]
                pub struct $name;
                impl Method for $name {
                    type Input = $input;
                    type Output = $output;
                    const NAME: &'static str = stringify!($name);
                    const KIND: Kind = $crate::api::registry::methods!(@kind $kind);
                }
            )*
        }

        /// Name and kind of every method.
        pub const METHODS: &[(&str, $crate::api::registry::Kind)] =
            &[$((stringify!($name), $crate::api::registry::methods!(@kind $kind))),*];

        /// Calls a method by its name, with JSON in and out.
        pub fn dispatch(
            caller: &$crate::api::Caller<'_>,
            name: &str,
            input: serde_json::Value,
        ) -> Result<serde_json::Value, $crate::error::ApiError> {
            match name {
                $(stringify!($name) => {
                    let input: $input = $crate::api::read_input(stringify!($name), input)?;
                    $crate::api::write_output($crate::verbs::$area::$handler(caller, input)?)
                })*
                other => Err($crate::error::ApiError::unknown("method", other)),
            }
        }

        /// The TypeScript of the whole interface.
        pub fn bindings() -> String {
            let mut bindings = $crate::api::registry::Bindings::default();
            $(bindings.method::<method::$name>();)*
            bindings.render()
        }
    };
}
pub(crate) use methods;

/// Collects TypeScript declarations.
#[derive(Default)]
pub struct Bindings {
    methods: Vec<String>,
    declarations: BTreeMap<String, String>,
    seen: Vec<TypeId>,
}

impl Bindings {
    fn config() -> Config {
        Config::new().with_large_int("number")
    }

    /// Adds a method and every type that it reaches.
    pub fn method<M: Method>(&mut self) {
        let config = Bindings::config();
        self.visit::<M::Input>();
        self.visit::<M::Output>();
        self.methods.push(format!(
            "  {}: {{ kind: \"{}\"; input: {}; output: {} }};",
            M::NAME,
            M::KIND.as_str(),
            M::Input::name(&config),
            M::Output::name(&config),
        ));
    }

    /// The whole file.
    pub fn render(&self) -> String {
        let mut text = String::from(
            "// Generated from the engine's types: make bindings. Do not edit.\n\
             // Routes in replies: /today · /money-in/match/<transaction id> · /money-in/payments/<number> ·\n\
             // /money-in/invoices/<number> · /payouts/batches/<id> · /automations/outbox · /customers/<id> ·\n\
             // /ledger/journal/<entry> · /ledger/tie-out · /settings/<section> · /confirm/<batch id>.\n\
             /* eslint-disable */\n\n",
        );
        for declaration in self.declarations.values() {
            text.push_str("export ");
            text.push_str(declaration);
            text.push_str("\n\n");
        }
        text.push_str("export interface Api {\n");
        text.push_str(&self.methods.join("\n"));
        text.push_str("\n}\n");
        text
    }
}

impl TypeVisitor for Bindings {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if self.seen.contains(&TypeId::of::<T>()) {
            return;
        }
        self.seen.push(TypeId::of::<T>());
        // Only types with a file of their own are named; lists and options are written in place.
        if T::output_path().is_some() {
            let config = Bindings::config();
            self.declarations.insert(T::name(&config), T::decl(&config));
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}
