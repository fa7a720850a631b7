// Types by the names that ForkTrace.Arrow prints, both ways.
import * as arrow from 'apache-arrow';

const plain = {
  int8: arrow.Int8, int16: arrow.Int16, int32: arrow.Int32, int64: arrow.Int64,
  uint8: arrow.Uint8, uint16: arrow.Uint16, uint32: arrow.Uint32, uint64: arrow.Uint64,
  float32: arrow.Float32, float64: arrow.Float64, bool: arrow.Bool, utf8: arrow.Utf8, largeutf8: arrow.LargeUtf8,
  binary: arrow.Binary, date32: arrow.DateDay,
};
// What ForkTrace.Arrow does not read.
const foreign = {
  float16: arrow.Float16, date64: arrow.DateMillisecond, null: arrow.Null, largebinary: arrow.LargeBinary,
  decimal: () => new arrow.Decimal(2, 10, 128), time32: arrow.TimeSecond, duration: arrow.DurationSecond,
  fixedsizebinary: () => new arrow.FixedSizeBinary(4),
  fixedsizelist: () => new arrow.FixedSizeList(2, new arrow.Field('item', new arrow.Int32(), true)),
  struct: () => new arrow.Struct([new arrow.Field('x', new arrow.Int32(), true)]),
  'list(list)': () => new arrow.List(new arrow.Field('item', new arrow.List(new arrow.Field('item', new arrow.Int32(), true)), true)),
  'dictionary(int64)': () => new arrow.Dictionary(new arrow.Utf8(), new arrow.Int64(), 7),
  'dictionary(of int32)': () => new arrow.Dictionary(new arrow.Int32(), new arrow.Int32(), 7),
};
const units = ['Second', 'Millisecond', 'Microsecond', 'Nanosecond'];

export function typeOf(name, dictionaryId) {
  let match;
  if (plain[name]) return new plain[name]();
  if ((match = /^timestamp\((\w+)(?:, (.*))?\)$/.exec(name))) return new arrow.Timestamp(units.indexOf(match[1]), match[2] ?? null);
  if ((match = /^dictionary\((\w+) -> (\w+)\)$/.exec(name))) return new arrow.Dictionary(typeOf(match[2]), typeOf(match[1]), dictionaryId);
  if (foreign[name]) return foreign[name].prototype instanceof arrow.DataType ? new foreign[name]() : foreign[name]();
  if ((match = /^list\((.*)\)$/.exec(name))) return new arrow.List(new arrow.Field('item', typeOf(match[1]), true));
  throw new Error(`no type ${name}`);
}

export function nameOf(type) {
  const { Type } = arrow;
  switch (type.typeId) {
    case Type.Int: return (type.isSigned ? 'int' : 'uint') + type.bitWidth;
    case Type.Float: return ['float16', 'float32', 'float64'][type.precision];
    case Type.Bool: return 'bool';
    case Type.Utf8: return 'utf8';
    case Type.LargeUtf8: return 'largeutf8';
    case Type.Binary: return 'binary';
    case Type.Date: return ['date32', 'date64'][type.unit];
    case Type.Timestamp: return `timestamp(${units[type.unit]}${type.timezone ? ', ' + type.timezone : ''})`;
    case Type.Dictionary: return `dictionary(${nameOf(type.indices)} -> ${nameOf(type.dictionary)})`;
    case Type.List: return `list(${nameOf(type.children[0].type)})`;
    default: throw new Error(`no name for ${type}`);
  }
}
