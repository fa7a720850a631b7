// node write.mjs FILE (file|stream) (none|zstd): the JSON of TestTable.cs on standard input to an Arrow file or stream.
import { readFileSync, writeFileSync } from 'node:fs';
import * as arrow from 'apache-arrow';
import './codec.mjs';
import { typeOf } from './types.mjs';

const { Type } = arrow;
const [path, format, compression] = process.argv.slice(2);
const table = JSON.parse(readFileSync(0, 'utf8'));

function value(type, text) {
  if (text === null) return null;
  switch (type.typeId) {
    case Type.Int: return type.bitWidth === 64 ? BigInt(text) : Number(text);
    case Type.Float: { const bytes = Buffer.from(text, 'hex'); return bytes.length === 4 ? bytes.readFloatBE() : bytes.readDoubleBE(); }
    case Type.Bool: return text === 'true';
    case Type.Binary: return new Uint8Array(Buffer.from(text, 'hex'));
    case Type.List: return text.map((item) => value(type.children[0].type, item));
    default: return text;
  }
}

function bitmap(texts) {
  const bits = new Uint8Array(Math.ceil(texts.length / 8));
  texts.forEach((text, i) => { if (text !== null) bits[i >> 3] |= 1 << (i & 7); });
  return bits;
}

// Builders take timestamps and dates as milliseconds: give what is to be stored instead.
function stored(type, texts) {
  const data = type.typeId === Type.Date ? Int32Array.from(texts, (t) => Number(t ?? 0)) : BigInt64Array.from(texts, (t) => BigInt(t ?? 0));
  const nullCount = texts.filter((t) => t === null).length;
  return arrow.makeData({ type, length: texts.length, nullCount, nullBitmap: nullCount ? bitmap(texts) : undefined, data });
}

// A dictionary that grows batch by batch: its first chunks stay the same objects, so the writer makes deltas of the later ones.
const dictionaries = new Map();
function indices(field, type, texts) {
  const known = dictionaries.get(field) ?? { index: new Map(), chunks: [] };
  dictionaries.set(field, known);
  const news = [...new Set(texts)].filter((t) => t !== null && !known.index.has(t));
  for (const text of news) known.index.set(text, known.index.size);
  if (news.length) known.chunks.push(arrow.vectorFromArray(news, type.dictionary).data[0]);
  const data = type.indices.ArrayType.from(texts, (t) => (t === null ? 0 : known.index.get(t)));
  const nullCount = texts.filter((t) => t === null).length;
  const dictionary = new arrow.Vector(known.chunks.length ? [...known.chunks] : [arrow.makeData({ type: type.dictionary })]);
  return arrow.makeData({ type, length: texts.length, nullCount, nullBitmap: nullCount ? bitmap(texts) : undefined, data, dictionary });
}

function column(field, type, texts) {
  if (type.typeId === Type.Timestamp || type.typeId === Type.Date) return stored(type, texts);
  if (type.typeId === Type.Dictionary) return indices(field, type, texts);
  if (texts.length === 0) return type.typeId === Type.List
    ? arrow.makeData({ type, child: arrow.makeData({ type: type.children[0].type }) }) : arrow.makeData({ type });
  return arrow.vectorFromArray(texts.map((t) => value(type, t)), type).data[0];
}

const fields = table.fields.map((f, i) => new arrow.Field(f.name, typeOf(f.type, i), f.nullable, new Map(f.metadata)));
const schema = new arrow.Schema(fields, new Map(table.metadata));
const batches = table.batches.map(({ rows, columns }) => new arrow.RecordBatch(schema, arrow.makeData({
  type: new arrow.Struct(fields), length: rows, nullCount: 0, children: fields.map((f, i) => column(i, f.type, columns[i])),
})));
const Writer = format === 'file' ? arrow.RecordBatchFileWriter : arrow.RecordBatchStreamWriter;
const writer = new Writer({ compressionType: compression === 'zstd' ? arrow.CompressionType.ZSTD : null });
writer.reset(undefined, schema);
for (const batch of batches) writer.write(batch);
writer.finish();
writeFileSync(path, writer.toUint8Array(true));
