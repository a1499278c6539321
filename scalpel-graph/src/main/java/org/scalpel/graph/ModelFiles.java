package org.scalpel.graph;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import org.scalpel.onnx.ModelProto;

/** Model files on disk: mapped when read, renamed into place when written. */
final class ModelFiles {
  /** One level of nested bodies takes three levels of messages. */
  private static final int MAX_MESSAGE_DEPTH = 200;

  private ModelFiles() {}

  static OnnxModel read(Path file) {
    String label = file.toString();
    MappedByteBuffer mapped = map(file, label);
    ModelProto proto = parse(mapped, label);
    Path folder = file.toAbsolutePath().getParent();
    OnnxModel model = OnnxModel.of(proto, folder == null ? Path.of("/") : folder, label);
    model.fileDigest(Digests.of(mapped));
    return model;
  }

  private static MappedByteBuffer map(Path file, String label) {
    if (!Files.exists(file)) {
      throw new ModelException(label + ": no such file; expected an ONNX model");
    }
    if (!Files.isRegularFile(file)) {
      throw new ModelException(label + ": not a regular file; expected an ONNX model");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size == 0) {
        throw new ModelException(label + ": the file is empty; expected an ONNX model");
      }
      if (size > Integer.MAX_VALUE) {
        throw new ModelException(
            label
                + ": "
                + size
                + " bytes; one ONNX file holds at most 2 GiB. Maybe save its weights as external data");
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
    } catch (IOException e) {
      throw new ModelException(label + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Byte fields alias the mapping: weights never enter the heap. */
  private static ModelProto parse(ByteBuffer mapped, String label) {
    ByteString bytes = UnsafeByteOperations.unsafeWrap(mapped);
    CodedInputStream in = bytes.newCodedInput();
    in.enableAliasing(true);
    in.setRecursionLimit(MAX_MESSAGE_DEPTH);
    try {
      return ModelProto.parseFrom(in);
    } catch (InvalidProtocolBufferException e) {
      throw new ModelException(
          label
              + ": not an ONNX model, or truncated: "
              + String.valueOf(e.getMessage()).replace('\n', ' '),
          e);
    } catch (IOException e) {
      throw new ModelException(label + ": cannot be read: " + e.getMessage(), e);
    }
  }

  static String digest(ModelProto proto) {
    MessageDigest digest = Digests.sha256();
    try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      proto.writeTo(out);
    } catch (IOException e) {
      throw new IllegalStateException("writing to nowhere failed", e);
    }
    return Digests.hex(digest);
  }

  static void write(ModelProto proto, Path file) {
    Path target = file.toAbsolutePath();
    Path beside =
        target.resolveSibling("." + target.getFileName() + ".part" + ProcessHandle.current().pid());
    try {
      try (OutputStream out = Files.newOutputStream(beside)) {
        proto.writeTo(out);
      }
      moveInto(beside, target);
    } catch (IOException e) {
      throw new ModelException(file + ": cannot be written: " + e.getMessage(), e);
    } finally {
      deleteQuietly(beside);
    }
  }

  static void moveInto(Path beside, Path target) throws IOException {
    try {
      Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      file.toFile().deleteOnExit();
    }
  }
}
