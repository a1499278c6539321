package org.scalpel.graph;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.scalpel.onnx.FunctionProto;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.TypeProto;
import org.scalpel.onnx.ValueInfoProto;

/**
 * A checked ONNX model: the graph is well formed, every stored tensor has the size that its shape
 * says, external files exist inside the model's folder. Immutable.
 *
 * <p>Weights stay where they are: a model that was {@linkplain #read read} refers into the mapped
 * file (which must not change while the model is in use), external data is never loaded.
 *
 * <p>What a model computes is not checked: an operator that no runtime knows is the runtime's to
 * refuse.
 */
public final class OnnxModel {
  private final ModelProto proto;
  private final Path folder;
  private final String label;
  private final Wiring wiring;
  private final List<Value> inputs;
  private final List<Value> outputs;
  private final List<ExternalFile> externalFiles;
  private @Nullable String sha256;

  /**
   * A tensor that enters or leaves a model.
   *
   * @param fact its type and shape; -1 stands for a symbolic or unknown dimension
   */
  public record Value(String name, TensorFact fact) {}

  /**
   * A file that holds weights of a model.
   *
   * @param location as the model names it, relative to its folder
   * @param file where it really is
   */
  public record ExternalFile(String location, Path file) {}

  private OnnxModel(ModelProto proto, Path folder, String label) {
    this.proto = proto;
    this.folder = folder;
    this.label = label;
    checkHeader();
    this.wiring = new Wiring(proto.getGraph(), label);
    this.externalFiles = checkTensors();
    this.inputs = wiring.inputs().stream().map(v -> value(v, "input")).toList();
    List<Value> out = new ArrayList<>();
    for (ValueInfoProto output : proto.getGraph().getOutputList()) {
      out.add(value(output, "output"));
    }
    this.outputs = List.copyOf(out);
  }

  /**
   * Reads and checks a model file of up to 2 GB; larger models keep their weights in external
   * files.
   *
   * @throws ModelException one line that says what is wrong with the file and where
   */
  public static OnnxModel read(Path file) {
    return ModelFiles.read(file);
  }

  /**
   * Checks a model made in memory.
   *
   * @param folder where its external data lies, if it has any
   */
  public static OnnxModel of(ModelProto proto, Path folder) {
    return of(
        proto, folder, proto.getGraph().getName().isEmpty() ? "model" : proto.getGraph().getName());
  }

  static OnnxModel of(ModelProto proto, Path folder, String label) {
    try {
      return new OnnxModel(WeightInputs.removed(proto), folder, label);
    } catch (ModelException e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(label + ": ") ? e : new ModelException(label + ": " + message, e);
    }
  }

  /**
   * The whole file; its tensors refer into mapped memory. Initialisers that the file lists as
   * inputs are listed no longer: a runtime takes weights that a caller could replace for variables
   * and fuses nothing around them.
   */
  public ModelProto proto() {
    return proto;
  }

  /** Where external data is looked for. */
  public Path folder() {
    return folder;
  }

  /** What messages call this model: its file. */
  public String label() {
    return label;
  }

  /** What a caller must give; initialisers listed as inputs are left out. */
  public List<Value> inputs() {
    return inputs;
  }

  /** What the model answers, in its order. */
  public List<Value> outputs() {
    return outputs;
  }

  /** The files beside the model that hold its weights, in the order in which it names them. */
  public List<ExternalFile> externalFiles() {
    return externalFiles;
  }

  /** The version of the standard operator set that the model imports. */
  public long opset() {
    return proto.getOpsetImportList().stream()
        .filter(o -> o.getDomain().isEmpty() || o.getDomain().equals("ai.onnx"))
        .mapToLong(o -> o.getVersion())
        .findFirst()
        .orElse(1);
  }

  /**
   * The identity of the model in lower-case hex: the SHA-256 of the file. With external files it is
   * the SHA-256 of the lines {@code <sha256> <location>} of the model file (location empty) and
   * then of every external file in the order of their locations. A model made in memory is hashed
   * as it would be written.
   */
  public synchronized String sha256() {
    if (sha256 == null) {
      sha256 = Digests.model(ModelFiles.digest(proto), externalFiles);
    }
    return sha256;
  }

  synchronized void fileDigest(String digest) {
    sha256 = Digests.model(digest, externalFiles);
  }

  /**
   * Writes the model file, beside and then renamed so that no half file is ever seen. External
   * files are not copied; write whole folders of segments with {@link SegmentFiles}.
   */
  public void write(Path file) {
    ModelFiles.write(proto, file);
  }

  Wiring wiring() {
    return wiring;
  }

  private void checkHeader() {
    if (!proto.hasGraph()) {
      throw new ModelException(label + ": no graph in it; expected an ONNX model");
    }
    if (proto.getIrVersion() < 3) {
      throw new ModelException(
          label + ": IR version " + proto.getIrVersion() + "; expected 3 or newer");
    }
    if (proto.getOpsetImportCount() == 0) {
      throw new ModelException(
          label + ": no operator set is imported; expected at least one opset_import");
    }
  }

  private List<ExternalFile> checkTensors() {
    TensorCheck check = new TensorCheck(label, folder);
    Nodes.forEachTensor(proto.getGraph(), check);
    for (FunctionProto function : proto.getFunctionsList()) {
      Nodes.forEachTensor(function.getNodeList(), check);
    }
    List<ExternalFile> files = new ArrayList<>();
    for (Map.Entry<String, Path> entry : check.files().entrySet()) {
      files.add(new ExternalFile(entry.getKey(), entry.getValue()));
    }
    return List.copyOf(files);
  }

  private Value value(ValueInfoProto info, String role) {
    TypeProto type = info.getType();
    if (!type.hasTensorType()) {
      throw new ModelException(
          label
              + ": "
              + role
              + " '"
              + info.getName()
              + "' is no tensor ("
              + type.getValueCase()
              + "); only tensors travel");
    }
    try {
      return new Value(info.getName(), ValueTypes.fact(type.getTensorType()));
    } catch (ModelException e) {
      throw new ModelException(
          label + ": " + role + " '" + info.getName() + "': " + e.getMessage(), e);
    }
  }
}
