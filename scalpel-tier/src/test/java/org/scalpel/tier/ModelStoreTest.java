package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.control.ModelRef;
import org.scalpel.graph.OnnxModel;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.StringStringEntryProto;
import org.scalpel.onnx.TensorProto;

class ModelStoreTest {
  @TempDir Path folder;

  private ModelStore store() {
    return new ModelStore(Nets.tier("edge", folder).build());
  }

  private static byte[] bytes(OnnxModel model) {
    return model.proto().toByteArray();
  }

  @Test
  void anUploadThatBrokeOffGoesOnWhereItStopped() throws IOException {
    ModelStore store = store();
    OnnxModel model = Nets.skipping(2);
    byte[] all = bytes(model);
    ModelBlobs.Blob blob = ModelBlobs.of(model).blobs().get(0);
    try (ModelStore.Upload first = store.upload(blob.sha256(), all.length, 0)) {
      first.write(ByteBuffer.wrap(all, 0, 100));
      assertThat(first.finish()).isFalse();
    }
    assertThat(store.held(blob.sha256())).isEqualTo(100);
    assertThat(store.complete(blob.sha256())).isFalse();
    try (ModelStore.Upload second = store.upload(blob.sha256(), all.length, 100)) {
      second.write(ByteBuffer.wrap(all, 100, all.length - 100));
      assertThat(second.finish()).isTrue();
    }
    assertThat(store.load(ModelBlobs.of(model).ref()).sha256()).isEqualTo(model.sha256());
  }

  @Test
  void anUploadOfOtherBytesIsThrownAway() throws IOException {
    ModelStore store = store();
    String sha = "a".repeat(64);
    try (ModelStore.Upload upload = store.upload(sha, 4, 0)) {
      upload.write(ByteBuffer.wrap(new byte[4]));
      assertThatThrownBy(upload::finish).hasMessageContaining("SHA-256");
    }
    assertThat(store.held(sha)).isZero();
  }

  @Test
  void uploadsAreBoundedAndNamedByDigestOnly() {
    ModelStore store = store();
    assertThatThrownBy(() -> store.upload("../../etc/passwd", 4, 0))
        .hasMessageContaining("64 lower-case hex");
    assertThatThrownBy(() -> store.upload("b".repeat(64), Long.MAX_VALUE, 0))
        .hasMessageContaining("refused");
    assertThatThrownBy(() -> store.upload("b".repeat(64), 10, 5))
        .hasMessageContaining("0 bytes are held");
    try (ModelStore.Upload upload = store.upload("b".repeat(64), 4, 0)) {
      assertThatThrownBy(() -> upload.write(ByteBuffer.wrap(new byte[5])))
          .hasMessageContaining("longer");
      assertThatThrownBy(() -> store.upload("b".repeat(64), 4, 0))
          .hasMessageContaining("at the moment");
    }
  }

  @Test
  void externalDataOutsideItsFolderIsRefused() throws IOException {
    ModelStore store = store();
    OnnxModel model = Nets.skipping(2);
    byte[] all = bytes(model);
    ModelRef good = ModelBlobs.of(model).ref();
    try (ModelStore.Upload upload = store.upload(good.getBlobSha256(), all.length, 0)) {
      upload.write(ByteBuffer.wrap(all));
      upload.finish();
    }
    for (String location : new String[] {"../x", "/etc/passwd", "a/../../b", "a//b", ".."}) {
      ModelRef bad =
          good.toBuilder()
              .addExternals(
                  ModelRef.External.newBuilder()
                      .setLocation(location)
                      .setSha256(good.getBlobSha256()))
              .build();
      assertThatThrownBy(() -> store.load(bad)).hasMessageContaining("is refused");
    }
  }

  @Test
  void weightsThatAModelSeeksOutsideItsFolderAreRefused() throws IOException {
    ModelStore store = store();
    for (String location : new String[] {"/etc/passwd", "../../blobs/" + "a".repeat(64), ".."}) {
      ModelProto.Builder model = Nets.skipping(2).proto().toBuilder();
      TensorProto.Builder weights = model.getGraphBuilder().getInitializerBuilder(0);
      weights
          .clearRawData()
          .clearFloatData()
          .setDataLocation(TensorProto.DataLocation.EXTERNAL)
          .addExternalData(
              StringStringEntryProto.newBuilder().setKey("location").setValue(location));
      byte[] all = model.build().toByteArray();
      String sha = Sha256.hex(Sha256.fresh().digest(all));
      try (ModelStore.Upload upload = store.upload(sha, all.length, 0)) {
        upload.write(ByteBuffer.wrap(all));
        upload.finish();
      }
      ModelRef ref = ModelRef.newBuilder().setBlobSha256(sha).setName("../../" + location).build();
      assertThatThrownBy(() -> store.load(ref)).as(location).hasMessageContaining("external data");
    }
  }

  @Test
  void aDamagedBlobIsFoundWhenItIsLoaded() throws IOException {
    ModelStore store = store();
    OnnxModel model = Nets.skipping(2);
    byte[] all = bytes(model);
    ModelRef ref = ModelBlobs.of(model).ref();
    try (ModelStore.Upload upload = store.upload(ref.getBlobSha256(), all.length, 0)) {
      upload.write(ByteBuffer.wrap(all));
      upload.finish();
    }
    Path blob = folder.resolve("edge").resolve("blobs").resolve(ref.getBlobSha256());
    all[all.length / 2] ^= 1;
    Files.write(blob, all);
    assertThatThrownBy(() -> store.load(ref)).isInstanceOf(RuntimeException.class);
  }
}
