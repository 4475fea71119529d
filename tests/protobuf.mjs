// Reads protocol buffers strictly by a description of their messages: every field must be known and be encoded as its type is.
// A description is { MESSAGE: { number: [name, type] } }; a type is "u64", "i64", "fixed64", "string", "bytes" or a message's name, and "…[]"
// where it may come more than once. Numbers are BigInts.
const ENCODINGS = { u64: 0, i64: 0, fixed64: 1 };
const utf8 = new TextDecoder("utf-8", { fatal: true });

function varint(bytes, at) {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    if (at >= bytes.length || shift > 63n) throw new Error("a number is cut off, or too long");
    const byte = bytes[at++];
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at];
  }
}

function valueOf(messages, type, bytes, at) {
  if (type === "fixed64") {
    if (at + 8 > bytes.length) throw new Error("a number is cut off");
    return [bytes.readBigUInt64LE(at), at + 8];
  }
  const [value, next] = varint(bytes, at);
  if (type in ENCODINGS) return [type === "i64" ? BigInt.asIntN(64, value) : value, next];
  const end = next + Number(value);
  if (end > bytes.length) throw new Error("a field is cut off");
  const part = bytes.subarray(next, end);
  return [type === "string" ? utf8.decode(part) : type === "bytes" ? part : readMessage(messages, type, part), end];
}

export function readMessage(messages, name, bytes) {
  const found = {};
  for (let at = 0; at < bytes.length; ) {
    const [key, next] = varint(bytes, at);
    const [field, declared] = messages[name][Number(key >> 3n)] ?? [];
    if (!field) throw new Error(`${name} has no field ${key >> 3n}`);
    const type = declared.replace("[]", "");
    if (Number(key & 7n) !== (ENCODINGS[type] ?? 2)) throw new Error(`${name}.${field} is encoded as ${key & 7n}`);
    const [value, end] = valueOf(messages, type, bytes, next);
    if (type !== declared) (found[field] ??= []).push(value);
    else if (field in found) throw new Error(`${name}.${field} comes twice`);
    else found[field] = value;
    at = end;
  }
  return found;
}
