// zstd for apache-arrow, which has none of its own: fzstd (pure JavaScript) decodes, zstd-wasm encodes.
import { compressionRegistry, CompressionType } from 'apache-arrow';
import { init, compress } from '@bokuweb/zstd-wasm';
import { decompress } from 'fzstd';

await init();
compressionRegistry.set(CompressionType.ZSTD, {
  encode: (data) => compress(data, 3),
  // fzstd may return a part of a larger array, and apache-arrow needs one that starts at a multiple of 8.
  decode: (data) => decompress(data).slice(),
});
