//! `dhi packet`: signatures over packets of 整改销号, so that an office's records are
//! known to be its own.

use crate::args::{PacketCommand, PacketSignOptions, PacketVerifyOptions};
use crate::show::word;
use crate::{Done, Failure, keys, load};
use dhi_engine::case::Digests;
use dhi_engine::case::sign::Signature;
use dhi_engine::framework::Language;
use dhi_engine::packet::Packet;
use std::path::{Path, PathBuf};

pub(crate) fn packet(command: &PacketCommand, language: Language) -> Result<Done, Failure> {
    match command {
        PacketCommand::Sign(options) => sign(options, language),
        PacketCommand::Verify(options) => verify(options, language),
    }
}

fn sign(options: &PacketSignOptions, language: Language) -> Result<Done, Failure> {
    let path = &options.packet;
    let Some((packet, digests)) = read(path, language)? else {
        return Ok(Done::Blocked);
    };
    let beside = || {
        let mut name = path.clone().into_os_string();
        name.push(".sig");
        PathBuf::from(name)
    };
    let out = options.out.clone().unwrap_or_else(beside);
    let signer = (packet.author.as_str(), options.at.as_str());
    keys::sign(&options.key, digests, signer, &out, language)
}

fn verify(options: &PacketVerifyOptions, language: Language) -> Result<Done, Failure> {
    let expected = options.public.as_deref().map(keys::public).transpose()?;
    let Some((packet, digests)) = read(&options.packet, language)? else {
        return Ok(Done::Blocked);
    };
    let path = &options.signature;
    let signature = Signature::verify(&load::bytes(path)?, &digests, expected.as_ref());
    let refused = match &signature {
        Err(problem) => Some(problem.message(language).to_owned()),
        Ok(signature) => {
            let problem = signature.is_by(&packet.author).err();
            problem.map(|distrust| distrust.message(language))
        }
    };
    let (Ok(signature), None) = (&signature, &refused) else {
        println!("{}: {}", path.display(), refused.unwrap_or_default());
        return Ok(Done::Blocked);
    };
    let (author, n) = (&packet.author, packet.records.len());
    println!("{author} · {n} {}", word(language, "条记录", "records"));
    keys::say_signed(path, signature, language);
    if expected.is_none() {
        keys::say_unknown("--public", language);
    }
    Ok(Done::Ok)
}

/// A packet that is what an office wrote, with the digests of its file; what is wrong
/// with it is said.
fn read(path: &Path, language: Language) -> Result<Option<(Packet, Digests)>, Failure> {
    let bytes = load::bytes(path)?;
    match Packet::from_json(&bytes) {
        Ok(packet) => Ok(Some((packet, Digests::of(&bytes)))),
        Err(why) => {
            println!("{}: {}", path.display(), why.message(language));
            Ok(None)
        }
    }
}
