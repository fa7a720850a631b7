// node dump.mjs FILE: an Arrow file or stream, as apache-arrow reads it, to the JSON of TestTable.cs on standard output.
import { readFileSync } from 'node:fs';
import * as arrow from 'apache-arrow';
import './codec.mjs';
import { nameOf } from './types.mjs';

const { Type } = arrow;

function floatBits(value, bytes) {
  const view = new DataView(new ArrayBuffer(8));
  if (bytes === 4) view.setFloat32(0, value); else view.setFloat64(0, value);
  return Buffer.from(view.buffer, 0, bytes).toString('hex').toUpperCase();
}

function text(vector, row) {
  if (!vector.isValid(row)) return null;
  const type = vector.type;
  switch (type.typeId) {
    // get() turns these into milliseconds and loses digits: take what is stored.
    case Type.Timestamp:
    case Type.Date: return vector.data[0].values[row].toString();
    case Type.Float: return floatBits(vector.get(row), type.precision === 1 ? 4 : 8);
    case Type.Binary: return Buffer.from(vector.get(row)).toString('hex').toUpperCase();
    case Type.List: { const list = vector.get(row); return Array.from({ length: list.length }, (_, i) => text(list, i)); }
    default: return String(vector.get(row));
  }
}

const pairs = (map) => [...map.entries()];
const reader = arrow.RecordBatchReader.from(readFileSync(process.argv[2])).open();
const schema = reader.schema;
const batches = [];
for (const batch of reader) {
  // The library puts one in place of no batches at all.
  if (batch.constructor.name === '_InternalEmptyPlaceholderRecordBatch') continue;
  const columns = schema.fields.map((_, i) => {
    const vector = batch.getChildAt(i);
    return Array.from({ length: batch.numRows }, (_, row) => text(vector, row));
  });
  batches.push({ rows: batch.numRows, columns });
}
process.stdout.write(JSON.stringify({
  metadata: pairs(schema.metadata),
  fields: schema.fields.map((f) => ({ name: f.name, type: nameOf(f.type), nullable: f.nullable, metadata: pairs(f.metadata) })),
  batches,
}));
