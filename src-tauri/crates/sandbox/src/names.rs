//! Names of people, companies, places and things that the simulated company meets.

pub(crate) const FIRST: [&str; 24] = [
    "Ada", "Bruno", "Chloé", "Dmitri", "Elena", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Karin", "Liam",
    "Mei", "Noor", "Olga", "Pablo", "Quinn", "Rosa", "Søren", "Tara", "Uma", "Viktor", "Wanda", "Yusuf",
];
pub(crate) const LAST: [&str; 24] = [
    "Albrecht",
    "Bennett",
    "Castillo",
    "Duval",
    "Eriksen",
    "Fischer",
    "Garcia",
    "Hoffmann",
    "Ibarra",
    "Jansen",
    "Keller",
    "Lindqvist",
    "Müller",
    "Novak",
    "Okafor",
    "Petrov",
    "Quist",
    "Rossi",
    "Schmidt",
    "Tanaka",
    "Ueda",
    "Vasquez",
    "Whitfield",
    "Zhou",
];
pub(crate) const COMPANY: [&str; 32] = [
    "Northwind",
    "Blue Harbor",
    "Cedar",
    "Delta Works",
    "Ember",
    "Falcon",
    "Granite",
    "Hollow Oak",
    "Ironbark",
    "Juniper",
    "Kestrel",
    "Lumen",
    "Meridian",
    "Nimbus",
    "Orchard",
    "Pinecrest",
    "Quarry",
    "Redwood",
    "Sable",
    "Tidewater",
    "Umbra",
    "Verdant",
    "Willow",
    "Yarrow",
    "Zephyr",
    "Amber Lane",
    "Birch",
    "Cobalt",
    "Dune",
    "Elm Street",
    "Foxglove",
    "Glacier",
];
pub(crate) const TRADE: [&str; 12] = [
    "Studio",
    "Analytics",
    "Logistics",
    "Media",
    "Labs",
    "Partners",
    "Design",
    "Systems",
    "Foods",
    "Health",
    "Robotics",
    "Press",
];

/// Country, currency, ending of company names, rate of tax in basis points.
pub(crate) const COUNTRIES: [(&str, &str, &str, i64); 10] = [
    ("US", "usd", "Inc", 0),
    ("US", "usd", "LLC", 0),
    ("US", "usd", "Corp", 825),
    ("US", "usd", "Inc", 0),
    ("CA", "usd", "Ltd", 0),
    ("GB", "usd", "Ltd", 2000),
    ("DE", "eur", "GmbH", 1900),
    ("FR", "eur", "SARL", 2000),
    ("NL", "eur", "BV", 2100),
    ("US", "usd", "LLC", 725),
];
pub(crate) const CITIES: [&str; 8] =
    ["Austin", "Berlin", "Lyon", "Utrecht", "Leeds", "Toronto", "Portland", "Denver"];
pub(crate) const BRANDS: [(&str, &str); 5] =
    [("visa", "4242"), ("mastercard", "4444"), ("visa", "1881"), ("amex", "0005"), ("visa", "5556")];

/// What the founder pays for: payee, memo, least and greatest amount in minor units.
pub(crate) const EXPENSES: [(&str, &str, i64, i64); 6] = [
    ("CLOUD HOSTING EMEA", "CLOUD SERVICES {n}", 18_000, 42_000),
    ("CODEHUB INC", "SUBSCRIPTION {n}", 2_100, 4_200),
    ("MAILPOST", "TRANSACTIONAL MAIL {n}", 1_500, 3_900),
    ("CITY COWORKING", "DESK RENT {n}", 35_000, 35_000),
    ("OFFICE SUPPLY CO", "CARD PURCHASE {n}", 900, 14_000),
    ("BOOKKEEPER HANNA", "INVOICE {n}", 12_000, 25_000),
];
