package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.StringStringEntryProto;
import org.scalpel.onnx.TensorProto;
import org.scalpel.testbed.LinkProxy;
import org.scalpel.testbed.LinkProxyConfig;
import org.scalpel.testbed.LinkShape;

/** Models on their way to a tier: broken off, sent twice at once, with weights beside the file. */
@Timeout(300)
class UploadTest {
  private static final List<String> TWO = List.of("device", "edge");

  @TempDir Path store;

  private static TierClient client(String address, Path store) {
    return TierClient.of(Endpoint.parse(address), Nets.tier("device", store).build());
  }

  private List<String> blobs() throws IOException {
    try (Stream<Path> files = Files.list(store.resolve("edge").resolve("blobs"))) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void anUploadThatBreaksOffLeavesNothingWholeAndTheNextOneGoesOn() throws Exception {
    OnnxModel model = heavy(3);
    long size = ModelBlobs.of(model).blobs().get(0).size();
    String sha = ModelBlobs.of(model).ref().getBlobSha256();
    try (TierServer edge = TierServer.start(Nets.tier("edge", store).build());
        LinkProxy link = link(edge, LinkShape.symmetric(40, 1));
        TierClient client = client("localhost:" + link.address().getPort(), store)) {
      CompletableFuture<Long> sent = CompletableFuture.supplyAsync(() -> client.put(model));
      while (link.bytesUp() < size / 3) {
        LockSupport.parkNanos(200_000);
      }
      link.cut();
      assertThatThrownBy(() -> sent.get(20, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(TierException.class);
      assertThat(blobs()).doesNotContain(sha);
      link.restore();
      link.shape(LinkShape.UNLIMITED);
      long rest = client.put(model);
      assertThat(rest).isPositive().isLessThan(size);
      assertThat(blobs()).containsExactly(sha);
      assertThat(client.put(model)).isZero();
    }
  }

  @Test
  void twoWhoSendTheSameModelAtOnceBothSucceed() throws Exception {
    OnnxModel model = heavy(4);
    long size = ModelBlobs.of(model).blobs().get(0).size();
    try (TierServer edge = TierServer.start(Nets.tier("edge", store).build());
        LinkProxy link = link(edge, LinkShape.symmetric(60, 1));
        TierClient slow = client("localhost:" + link.address().getPort(), store);
        TierClient quick = client(edge.address().toString(), store)) {
      CompletableFuture<Long> first = CompletableFuture.supplyAsync(() -> slow.put(model));
      while (link.bytesUp() < size / 10) {
        LockSupport.parkNanos(200_000);
      }
      quick.put(model);
      first.get(30, TimeUnit.SECONDS);
      assertThat(blobs()).hasSize(1);
    }
  }

  @Test
  void weightsBesideTheModelFileTravelWithIt() throws Exception {
    OnnxModel inside = Nets.skipping(3);
    OnnxModel model = external(inside, store.resolve("mine"));
    assertThat(model.externalFiles()).hasSize(1);
    Map<String, TensorData> inputs = Nets.inputs(model, 2);
    try (Tiers tiers = Tiers.start(store, 3);
        DeviceTier device = new DeviceTier(tiers.device().build());
        PlanExecutor plan =
            device.prepare(Nets.cut(model, List.of("device", "edge", "cloud"), 2, 4))) {
      SplitExecutionTest.assertSame(plan.execute(inputs).outputs(), Nets.whole(inside, inputs));
    }
    try (TierServer edge = TierServer.start(Nets.tier("edge", store).build());
        TierClient client = client(edge.address().toString(), store)) {
      assertThat(client.put(model)).isZero();
    }
  }

  /** Two gigabytes of zeros in a sparse file; the numbers are in docs/benchmarks.md. */
  @Test
  void aModelOfMoreThanTwoGigabytesIsSentAndRun() throws Exception {
    assumeTrue(
        System.getenv("SCALPEL_SLOW_TESTS") != null,
        "set SCALPEL_SLOW_TESTS to send a model of 2.2 GB (disk 2.2 GB, memory 5 GB)");
    long rows = 34_400_000;
    Path folder = Files.createDirectories(store.resolve("mine"));
    try (RandomAccessFile zeros =
        new RandomAccessFile(folder.resolve("table.bin").toFile(), "rw")) {
      zeros.setLength(rows * 64);
      zeros.seek(rows * 64 - 1);
      zeros.write(7);
    }
    OnnxModel model = table(folder, rows);
    Map<String, TensorData> inputs = Map.of("row", TensorData.ofLongs(new long[] {rows - 1}, 1));
    long start = System.nanoTime();
    try (TierServer edge = TierServer.start(Nets.tier("edge", store).build());
        TierClient client = client(edge.address().toString(), store)) {
      long sent = client.put(model);
      System.out.printf("%d bytes sent in %.1f s%n", sent, (System.nanoTime() - start) / 1e9);
      assertThat(sent).isGreaterThan(2L << 30);
      edge.publish("table", model);
      assertThat(
              java.util.Objects.requireNonNull(client.infer("table", inputs).get("y")).bytes()[63])
          .isEqualTo((byte) 7);
      start = System.nanoTime();
      try (DeviceTier device =
              new DeviceTier(Nets.tier("device", store).next(edge.address().toString()).build());
          PlanExecutor plan = device.prepare(Nets.cut(model, inputs, TWO, 0))) {
        System.out.printf("prepared in %.1f s%n", (System.nanoTime() - start) / 1e9);
        assertThat(
                java.util.Objects.requireNonNull(plan.execute(inputs).outputs().get("y"))
                    .bytes()[63])
            .isEqualTo((byte) 7);
      }
    }
  }

  private static LinkProxy link(TierServer to, LinkShape shape) {
    return LinkProxy.start(
        LinkProxyConfig.loopback(
            "wifi", new InetSocketAddress("localhost", to.address().port()), shape));
  }

  /** A few megabytes of weights that do not compress. */
  private static OnnxModel heavy(long seed) {
    byte[] weights = new Mutations(seed).noise(4 << 20);
    return ModelBuilder.opset(17)
        .input("x", TensorFact.of(ElementType.UINT8, 1))
        .initializer(
            "w", TensorData.ofBytes(TensorFact.of(ElementType.UINT8, weights.length), weights))
        .node("Concat", List.of("x", "w"), List.of("y"), ModelBuilder.attribute("axis", 0L))
        .output("y", TensorFact.of(ElementType.UINT8, weights.length + 1))
        .build();
  }

  /** The same model in files: its weights in one of their own. */
  private static OnnxModel external(OnnxModel inside, Path folder) throws IOException {
    Files.createDirectories(folder);
    ModelProto.Builder model = inside.proto().toBuilder();
    List<byte[]> weights = new ArrayList<>();
    long offset = 0;
    for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
      byte[] bytes = tensor.getRawData().toByteArray();
      point(tensor.clearRawData(), "weights.bin", offset, bytes.length);
      weights.add(bytes);
      offset += bytes.length;
    }
    try (var out = Files.newOutputStream(folder.resolve("weights.bin"))) {
      for (byte[] bytes : weights) {
        out.write(bytes);
      }
    }
    Path file = folder.resolve("net.onnx");
    Files.write(file, model.build().toByteArray());
    return OnnxModel.read(file);
  }

  private static void point(TensorProto.Builder tensor, String file, long offset, long length) {
    tensor
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", file))
        .addExternalData(entry("offset", Long.toString(offset)))
        .addExternalData(entry("length", Long.toString(length)));
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static OnnxModel table(Path folder, long rows) throws IOException {
    TensorProto.Builder table =
        TensorProto.newBuilder()
            .setName("table")
            .setDataType(ElementType.UINT8.onnxCode())
            .addDims(rows)
            .addDims(64);
    point(table, "table.bin", 0, rows * 64);
    ModelProto.Builder model =
        ModelBuilder.opset(17)
            .input("row", TensorFact.of(ElementType.INT64, 1))
            .initializer(
                "table", TensorData.ofBytes(TensorFact.of(ElementType.UINT8, 1, 64), new byte[64]))
            .node("Gather", List.of("table", "row"), List.of("y"))
            .output("y", TensorFact.of(ElementType.UINT8, 1, 64))
            .build()
            .proto()
            .toBuilder();
    model.getGraphBuilder().setInitializer(0, table);
    Path file = folder.resolve("table.onnx");
    Files.write(file, model.build().toByteArray());
    return OnnxModel.read(file);
  }
}
