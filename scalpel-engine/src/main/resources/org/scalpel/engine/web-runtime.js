// Runs models in WebAssembly for WebRuntime: a request a line comes in, an answer a line goes out, marked
// by an @. What the runtime prints, its profile above all, goes out between the answers as it is.
// A pipe that is full for a moment refuses what is written to it directly: all goes through the stream.
const files = require('fs');
const direct = files.writeSync;
files.writeSync = (file, text, ...rest) => {
  if (file !== 1) {
    return direct(file, text, ...rest);
  }
  process.stdout.write(text);
  return text.length;
};
console.log = (...words) => process.stdout.write(words.join(' ') + '\n');
console.warn = console.error = () => {};

const answer = (value) => process.stdout.write('@' + JSON.stringify(value) + '\n');

const ARRAYS = {
  float32: Float32Array, float64: Float64Array, int8: Int8Array, uint8: Uint8Array, bool: Uint8Array,
  int16: Int16Array, uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array,
  int64: BigInt64Array, uint64: BigUint64Array, float16: Uint16Array,
};

function start() {
  const fs = require('fs');
  const ort = require('onnxruntime-web');
  ort.env.wasm.numThreads = Number(process.argv[1] || 1);
  const sessions = new Map();

  const tensor = (input) => {
    const bytes = fs.readFileSync(input.file);
    const copy = new Uint8Array(bytes).buffer;
    return new ort.Tensor(input.type, new ARRAYS[input.type](copy), input.shape);
  };

  const work = {
    async open({ id, model, weights, inputs, profile }) {
      const session = await ort.InferenceSession.create(fs.readFileSync(model), {
        executionProviders: ['wasm'],
        graphOptimizationLevel: 'disabled',
        enableProfiling: profile,
        externalData: weights ? [{ path: weights.name, data: fs.readFileSync(weights.file) }] : [],
      });
      const feeds = {};
      for (const input of inputs) {
        feeds[input.name] = tensor(input);
      }
      sessions.set(id, { session, feeds });
      return {};
    },
    async run({ id }) {
      const { session, feeds } = sessions.get(id);
      const begun = performance.now();
      const results = await session.run(feeds);
      const ms = performance.now() - begun;
      for (const name of Object.keys(results)) {
        results[name].dispose();
      }
      return { ms };
    },
    async profile({ id }) {
      sessions.get(id).session.endProfiling();
      return {};
    },
    async close({ id }) {
      const one = sessions.get(id);
      sessions.delete(id);
      if (one) {
        await one.session.release();
      }
      return {};
    },
  };

  const waiting = require('readline').createInterface({ input: process.stdin });
  let before = Promise.resolve();
  waiting.on('line', (line) => {
    before = before.then(async () => {
      try {
        const request = JSON.parse(line);
        answer(await work[request.do](request));
      } catch (error) {
        answer({ error: String((error && error.message) || error) });
      }
    });
  });
  answer({ version: ort.env.versions.web || ort.env.versions.common });
}

try {
  start();
} catch (error) {
  answer({ error: String(error.message).split('\n')[0] });
}
