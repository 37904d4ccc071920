//! A name server on this computer that answers with the recorded questions of a practice.

use std::collections::BTreeMap;
use std::net::{SocketAddr, UdpSocket};

use hickory_resolver::proto::op::{Message, OpCode, ResponseCode};
use hickory_resolver::proto::rr::rdata::{MX, TXT};
use hickory_resolver::proto::rr::{Name, RData, Record};

/// By name and type: the code and the records.
type Answers = BTreeMap<(String, String), (String, Vec<String>)>;

/// Starts it and gives its address.
pub(crate) fn start(practice: &str) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let address = socket.local_addr().expect("an address");
    let answers = answers(practice);
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let reply = Message::from_vec(&buffer[..length]).ok().and_then(|query| answer(&query, &answers));
            if let Some(reply) = reply {
                socket.send_to(&reply, from).expect("sent");
            }
        }
    });
    address
}

fn answers(practice: &str) -> Answers {
    let mut all = Answers::new();
    for entry in std::fs::read_dir(super::repository("fixtures").join(practice)).expect("the practice") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let text = std::fs::read_to_string(path).expect("text");
        let file: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        if file["query"].is_object() {
            let records = file["answer"]["records"].as_array().map(|all| all.iter().map(word).collect());
            let key = (word(&file["query"]["name"]), word(&file["query"]["type"]));
            all.insert(key, (word(&file["answer"]["code"]), records.unwrap_or_default()));
        }
    }
    all
}

/// Nothing for a name of which nothing was recorded: the server keeps silent.
fn answer(query: &Message, answers: &Answers) -> Option<Vec<u8>> {
    let question = query.queries.first()?;
    let name = question.name().to_ascii();
    let key = (name.trim_end_matches('.').to_ascii_lowercase(), question.query_type().to_string());
    let (code, records) = answers.get(&key)?;
    let mut reply = Message::response(query.metadata.id, OpCode::Query);
    reply.metadata.response_code = match code.as_str() {
        "NOERROR" => ResponseCode::NoError,
        "NXDOMAIN" => ResponseCode::NXDomain,
        "timeout" => return None,
        _ => ResponseCode::ServFail,
    };
    reply.add_query(question.clone());
    for record in records {
        let data = match key.1.as_str() {
            "MX" => {
                let (preference, server) = record.split_once(' ')?;
                RData::MX(MX::new(preference.parse().ok()?, Name::from_ascii(server).ok()?))
            }
            // In two parts, as a long text comes.
            _ => {
                let (first, second) = record.split_at(record.len() / 2);
                RData::TXT(TXT::new(vec![first.to_owned(), second.to_owned()]))
            }
        };
        reply.add_answer(Record::from_rdata(question.name().clone(), 60, data));
    }
    reply.to_vec().ok()
}
