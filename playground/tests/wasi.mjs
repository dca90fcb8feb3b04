// As much of WASI as the module imports: arguments, one input, two outputs. Node's own may crash the
// process after it has grown an instance's memory.
class Exit {
  constructor(code) {
    this.code = code;
  }
}

const success = 0;
const badDescriptor = 8;
const isPipe = 29;

// As much as the module asks for when it begins.
export const freshMemory = () => new WebAssembly.Memory({ initial: 256 });

// Runs an instance of the module; `stdin` is text or bytes. Whatever the memory holds does not matter.
export function call(module, words, stdin, memory = freshMemory()) {
  const texts = ["lockstep", ...words].map((word) => Buffer.from(`${word}\0`));
  const input = Buffer.from(stdin);
  const outputs = { 1: [], 2: [] };
  let read = 0;
  const bytes = () => Buffer.from(memory.buffer);
  const numbers = () => new DataView(memory.buffer);
  const buffersAt = (list, count) =>
    Array.from({ length: count }, (_, i) => {
      const begin = numbers().getUint32(list + 8 * i, true);
      return bytes().subarray(begin, begin + numbers().getUint32(list + 8 * i + 4, true));
    });
  const tell = (place, number) => numbers().setUint32(place, number, true);

  const imports = {
    args_sizes_get(count, size) {
      tell(count, texts.length);
      tell(size, Buffer.concat(texts).length);
      return success;
    },
    args_get(places, place) {
      for (const [i, text] of texts.entries()) {
        tell(places + 4 * i, place);
        place += text.copy(bytes(), place);
      }
      return success;
    },
    environ_sizes_get(count, size) {
      tell(count, 0);
      tell(size, 0);
      return success;
    },
    environ_get: () => success,
    clock_time_get(_clock, _precision, place) {
      numbers().setBigUint64(place, BigInt(Math.round(performance.now() * 1e6)), true);
      return success;
    },
    fd_close: () => success,
    fd_seek: () => isPipe,
    fd_fdstat_get(file, place) {
      if (file > 2) return badDescriptor;
      bytes().fill(0, place, place + 24);
      return success;
    },
    fd_read(_file, list, count, place) {
      const begin = read;
      for (const buffer of buffersAt(list, count)) read += input.copy(buffer, 0, read);
      tell(place, read - begin);
      return success;
    },
    fd_write(file, list, count, place) {
      const written = Buffer.concat(buffersAt(list, count));
      outputs[file].push(written);
      tell(place, written.length);
      return success;
    },
    proc_exit(code) {
      throw new Exit(code);
    },
  };

  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: imports, env: { memory } });
  let exitCode = 0;
  try {
    instance.exports._start();
  } catch (thrown) {
    if (!(thrown instanceof Exit)) throw thrown;
    exitCode = thrown.code;
  }
  const [stdout, stderr] = [1, 2].map((file) => Buffer.concat(outputs[file]).toString());
  return { exitCode, stdout, stderr };
}
