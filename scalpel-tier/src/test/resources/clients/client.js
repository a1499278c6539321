// A stranger's client: grpc-js and proto-loader from npm, with the schema as a file.
'use strict';

const assert = require('assert');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [address, schema] = process.argv.slice(2);
const { inference } = grpc.loadPackageDefinition(
  loader.loadSync(schema, { keepCase: true, longs: Number, defaults: true })
);
const client = new inference.GRPCInferenceService(address, grpc.credentials.createInsecure());

const values = [-1, 2, -3, 4, -5, 6, -7, 8];
const bytes = Buffer.from(Float32Array.from(values).buffer);
const request = (id) => ({
  model_name: 'wide',
  id,
  inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 8] }],
  raw_input_contents: [bytes],
});

const call = (method, argument) =>
  new Promise((resolve, reject) =>
    client[method](argument, { deadline: Date.now() + 20000 }, (error, answer) =>
      error ? reject(error) : resolve(answer)
    )
  );

const check = (answer) => {
  const raw = answer.raw_output_contents[0];
  const got = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
  assert.deepStrictEqual(Array.from(got), values.map(Math.abs));
};

const stream = (count) =>
  new Promise((resolve, reject) => {
    const seen = new Set();
    const calls = client.ModelStreamInfer({ deadline: Date.now() + 20000 });
    calls.on('data', (message) => {
      assert.strictEqual(message.error_message, '');
      check(message.infer_response);
      seen.add(message.infer_response.id);
    });
    calls.on('error', reject);
    calls.on('end', () => resolve(seen.size));
    for (let i = 0; i < count; i++) {
      calls.write(request(String(i)));
    }
    calls.end();
  });

async function main() {
  assert.strictEqual((await call('ServerReady', {})).ready, true);
  const metadata = await call('ModelMetadata', { name: 'wide' });
  assert.deepStrictEqual(metadata.inputs[0].shape, [1, 8]);
  check(await call('ModelInfer', request('js')));
  const statistics = await call('ModelStatistics', { name: 'wide' });
  assert.ok(statistics.model_stats[0].inference_count >= 1);
  assert.strictEqual(await stream(20), 20);
  await assert.rejects(call('ModelInfer', { model_name: 'nobody' }), { code: grpc.status.NOT_FOUND });
  console.log('javascript is content');
  client.close();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
