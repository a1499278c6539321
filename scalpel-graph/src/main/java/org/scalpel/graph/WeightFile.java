package org.scalpel.graph;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.scalpel.onnx.AttributeProto;
import org.scalpel.onnx.FunctionProto;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.NodeProto;
import org.scalpel.onnx.StringStringEntryProto;
import org.scalpel.onnx.TensorProto;

/**
 * Writes a segment together with its weights: what the original keeps in external files is copied,
 * only as far as it is used, into one data file beside the segment; so is what would make the
 * segment too large for one protobuf message.
 */
final class WeightFile implements AutoCloseable {
  /** Above this many bytes of weights a segment gets a data file; protobuf ends at 2 GiB. */
  static final long EMBED_LIMIT = 1_500_000_000L;

  /** Smaller tensors stay inside: runtimes read shapes and scales while they load. */
  private static final int SMALL = 1024;

  /** Weights are aligned so that a runtime can map them. */
  private static final long ALIGNMENT = 4096;

  private final OnnxModel model;
  private final FileChannel out;
  private final String location;
  private final boolean moveAll;
  private final Map<String, FileChannel> sources = new HashMap<>();
  private final Map<String, Path> files = new HashMap<>();

  private WeightFile(OnnxModel model, Path target, boolean moveAll) throws IOException {
    this.model = model;
    this.moveAll = moveAll;
    this.location = target.getFileName() + ".data";
    model.externalFiles().forEach(f -> files.put(f.location(), f.file()));
    this.out =
        FileChannel.open(
            target.resolveSibling(location),
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE_NEW);
  }

  static void write(ModelProto proto, OnnxModel model, Path target, long embedLimit)
      throws IOException {
    long[] embedded = {0};
    boolean[] external = {false};
    Nodes.forEachTensor(
        proto.getGraph(),
        t -> {
          embedded[0] += t.getRawData().size();
          external[0] |= isExternal(t);
        });
    for (FunctionProto function : proto.getFunctionsList()) {
      Nodes.forEachTensor(function.getNodeList(), t -> external[0] |= isExternal(t));
    }
    ModelProto written = proto;
    if (external[0] || embedded[0] > embedLimit) {
      try (WeightFile weights = new WeightFile(model, target, embedded[0] > embedLimit)) {
        written = weights.moved(proto);
      }
    }
    ModelFiles.write(written, target);
  }

  @Override
  public void close() throws IOException {
    for (FileChannel source : sources.values()) {
      source.close();
    }
    out.close();
  }

  private static boolean isExternal(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
  }

  private ModelProto moved(ModelProto proto) throws IOException {
    ModelProto.Builder builder = proto.toBuilder().setGraph(moved(proto.getGraph()));
    for (int i = 0; i < proto.getFunctionsCount(); i++) {
      FunctionProto function = proto.getFunctions(i);
      FunctionProto.Builder copy = function.toBuilder();
      for (int n = 0; n < function.getNodeCount(); n++) {
        copy.setNode(n, moved(function.getNode(n)));
      }
      builder.setFunctions(i, copy);
    }
    return builder.build();
  }

  /** Bodies nest at most as deep as {@link Nodes} allows, so this recursion is bounded. */
  private GraphProto moved(GraphProto graph) throws IOException {
    GraphProto.Builder builder = graph.toBuilder();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      builder.setInitializer(i, moved(graph.getInitializer(i), moveAll));
    }
    for (int i = 0; i < graph.getSparseInitializerCount(); i++) {
      builder
          .getSparseInitializerBuilder(i)
          .setValues(moved(graph.getSparseInitializer(i).getValues(), false))
          .setIndices(moved(graph.getSparseInitializer(i).getIndices(), false));
    }
    for (int i = 0; i < graph.getNodeCount(); i++) {
      if (graph.getNode(i).getAttributeCount() > 0) {
        builder.setNode(i, moved(graph.getNode(i)));
      }
    }
    return builder.build();
  }

  private NodeProto moved(NodeProto node) throws IOException {
    NodeProto.Builder builder = node.toBuilder();
    for (int i = 0; i < node.getAttributeCount(); i++) {
      AttributeProto attribute = node.getAttribute(i);
      if (attribute.hasT()) {
        builder.getAttributeBuilder(i).setT(moved(attribute.getT(), false));
      }
      for (int t = 0; t < attribute.getTensorsCount(); t++) {
        builder.getAttributeBuilder(i).setTensors(t, moved(attribute.getTensors(t), false));
      }
      if (attribute.hasG()) {
        builder.getAttributeBuilder(i).setG(moved(attribute.getG()));
      }
      for (int g = 0; g < attribute.getGraphsCount(); g++) {
        builder.getAttributeBuilder(i).setGraphs(g, moved(attribute.getGraphs(g)));
      }
    }
    return builder.build();
  }

  private TensorProto moved(TensorProto tensor, boolean large) throws IOException {
    if (isExternal(tensor)) {
      return copied(tensor);
    }
    ByteString raw = tensor.getRawData();
    if (!large || raw.size() < SMALL) {
      return tensor;
    }
    long offset = align();
    for (ByteBuffer chunk : raw.asReadOnlyByteBufferList()) {
      while (chunk.hasRemaining()) {
        out.write(chunk);
      }
    }
    return pointing(tensor, offset, raw.size());
  }

  private TensorProto copied(TensorProto tensor) throws IOException {
    ExternalData data = ExternalData.of(tensor, model.label());
    FileChannel source = source(data);
    long length = data.length().orElse(TensorCheck.fact(tensor, model.label()).bytes());
    long offset = align();
    long done = 0;
    while (done < length) {
      long step = source.transferTo(data.offset() + done, length - done, out);
      if (step <= 0) {
        throw new ModelException(
            model.label()
                + ": external file '"
                + data.location()
                + "' became shorter while it was read");
      }
      done += step;
    }
    return pointing(tensor, offset, length);
  }

  private FileChannel source(ExternalData data) throws IOException {
    FileChannel open = sources.get(data.location());
    if (open == null) {
      Path file = files.get(data.location());
      open =
          FileChannel.open(
              file == null ? data.resolve(model.folder(), model.label()) : file,
              StandardOpenOption.READ);
      sources.put(data.location(), open);
    }
    return open;
  }

  private long align() throws IOException {
    long start = (out.position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    out.position(start);
    return start;
  }

  private TensorProto pointing(TensorProto tensor, long offset, long length) {
    return tensor.toBuilder()
        .clearRawData()
        .clearExternalData()
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", Long.toString(offset)))
        .addExternalData(entry("length", Long.toString(length)))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
