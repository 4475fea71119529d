// Holds JSON against OpenTelemetry's trace.proto (opentelemetry-proto, opentelemetry/proto/trace/v1) in the JSON mapping of the OTLP
// specification: names in lower camel case, ids as hex, 64-bit numbers as decimal strings, enumerations as numbers, nothing unknown.
const id = (digits) => (value) => new RegExp(`^[0-9a-f]{${digits}}$`).test(value) && !/^0+$/.test(value);
const isText = (value) => typeof value === "string" && value.length > 0;
const u64 = (value) => typeof value === "string" && /^(0|[1-9]\d*)$/.test(value) && BigInt(value) < 1n << 64n;
const i64 = (value) => typeof value === "string" && /^(0|-?[1-9]\d*)$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value);
const u32 = (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32;

// A member is a check of its value, a message's name, or a list of such; those with "?" may be absent.
const messages = {
  TracesData: { resourceSpans: ["ResourceSpans"] },
  ResourceSpans: { resource: "Resource", scopeSpans: ["ScopeSpans"], "schemaUrl?": isText },
  Resource: { attributes: ["KeyValue"] },
  ScopeSpans: { scope: "InstrumentationScope", spans: ["Span"], "schemaUrl?": isText },
  InstrumentationScope: { name: isText, "version?": isText },
  KeyValue: { key: isText, value: "AnyValue" },
  AnyValue: { "stringValue?": (value) => typeof value === "string", "intValue?": i64 },
  Span: {
    traceId: id(32),
    spanId: id(16),
    "parentSpanId?": id(16),
    name: isText,
    kind: (value) => Number.isInteger(value) && value >= 1 && value <= 5,
    startTimeUnixNano: u64,
    endTimeUnixNano: u64,
    "attributes?": ["KeyValue"],
    "events?": ["Event"],
    "droppedEventsCount?": u32,
  },
  Event: { timeUnixNano: u64, name: isText, "attributes?": ["KeyValue"] },
};

function holdValue(type, value, place) {
  if (Array.isArray(type)) {
    if (!Array.isArray(value)) throw new Error(`${place} is no list`);
    value.forEach((one, i) => holdValue(type[0], one, `${place}[${i}]`));
  } else if (typeof type === "string") {
    holdMessage(type, value, place);
  } else if (!type(value)) {
    throw new Error(`${place} is ${JSON.stringify(value)}`);
  }
}

function holdMessage(name, value, place) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${place} is no object`);
  const left = new Set(Object.keys(value));
  for (const [member, type] of Object.entries(messages[name])) {
    const key = member.replace("?", "");
    if (left.delete(key)) holdValue(type, value[key], `${place}.${key}`);
    else if (key === member) throw new Error(`${place} has no ${key}`);
  }
  if (left.size > 0) throw new Error(`${place} has ${[...left]}, which ${name} has not`);
  if (name === "AnyValue" && Object.keys(value).length !== 1) throw new Error(`${place} has ${Object.keys(value).length} values`);
}

// Throws if it does not hold. Returns the spans, with their attributes as an object.
export function spansOf(json) {
  holdMessage("TracesData", json, "data");
  const spans = json.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  return spans.map((span) => ({ ...span, is: Object.fromEntries(span.attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)])) }));
}
