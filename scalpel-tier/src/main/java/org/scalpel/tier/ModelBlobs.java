package org.scalpel.tier;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.scalpel.control.ModelRef;
import org.scalpel.graph.OnnxModel;

/** A model as blobs: the model file and its external files, each with its digest. */
final class ModelBlobs {
  private final ModelRef ref;
  private final List<Blob> blobs;

  /** Something to send. */
  record Blob(String sha256, long size, Source source) {}

  /** Writes all bytes of a blob. */
  interface Source {
    void writeTo(OutputStream out) throws IOException;
  }

  private ModelBlobs(ModelRef ref, List<Blob> blobs) {
    this.ref = ref;
    this.blobs = blobs;
  }

  /** Hashes a model; reads all its weights once. */
  static ModelBlobs of(OnnxModel model) {
    try {
      List<Blob> blobs = new ArrayList<>();
      Blob main = main(model);
      blobs.add(main);
      ModelRef.Builder ref =
          ModelRef.newBuilder()
              .setSha256(model.sha256())
              .setBlobSha256(main.sha256)
              .setName(Deployment.modelName(model.label()));
      for (OnnxModel.ExternalFile external : model.externalFiles()) {
        Blob blob = file(external.file());
        blobs.add(blob);
        ref.addExternals(
            ModelRef.External.newBuilder()
                .setLocation(external.location().replaceFirst("^\\./", ""))
                .setSha256(blob.sha256));
      }
      return new ModelBlobs(ref.build(), List.copyOf(blobs));
    } catch (IOException e) {
      throw new UncheckedIOException(model.label() + ": cannot be read", e);
    }
  }

  private static Blob main(OnnxModel model) throws IOException {
    // The file itself, where there is one: another writer may order its fields in another way.
    try {
      Path file = Path.of(model.label());
      if (Files.isRegularFile(file)) {
        Blob blob = file(file);
        if (!model.externalFiles().isEmpty() || blob.sha256.equals(model.sha256())) {
          return blob;
        }
      }
    } catch (InvalidPathException e) {
      // A label that is no path: a model made in memory.
    }
    MessageDigest sha = Sha256.fresh();
    try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), sha)) {
      model.proto().writeTo(out);
    }
    return new Blob(
        Sha256.hex(sha.digest()), model.proto().getSerializedSize(), model.proto()::writeTo);
  }

  private static Blob file(Path file) throws IOException {
    return new Blob(Sha256.digest(file), Files.size(file), out -> Files.copy(file, out));
  }

  ModelRef ref() {
    return ref;
  }

  List<Blob> blobs() {
    return blobs;
  }
}
