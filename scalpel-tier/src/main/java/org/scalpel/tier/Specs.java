package org.scalpel.tier;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.codec.ImageCodec;
import org.scalpel.control.EarlyExit;
import org.scalpel.control.ImageInput;
import org.scalpel.control.Kernel;
import org.scalpel.control.ModelRef;
import org.scalpel.control.PrepareRequest;
import org.scalpel.control.ProfileRequest;
import org.scalpel.control.TensorSpec;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.graph.Confidence;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.LayerGraph;
import org.scalpel.graph.ModelException;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Segment;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/** Between our records and the messages of the control service; what peers say is checked. */
final class Specs {
  private static final int MOST_KERNELS = 1_000_000;
  private static final int MOST_EXITS = 1_000;
  private static final int LONGEST_NAME = 256;
  private static final Duration LONGEST_PROFILE = Duration.ofMinutes(10);

  private Specs() {}

  static TensorSpec tensor(String name, TensorFact fact) {
    return TensorSpec.newBuilder()
        .setName(name)
        .setDatatype(fact.type().oipName())
        .addAllShape(fact.shape())
        .build();
  }

  static TensorFact fact(TensorSpec spec) {
    TensorFact fact = new TensorFact(ElementType.ofOip(spec.getDatatype()), spec.getShapeList());
    if (!fact.isStatic()) {
      throw Refusal.invalid(
          "tensor '" + spec.getName() + "' has an open shape " + spec.getShapeList());
    }
    return fact;
  }

  static List<Kernel> kernels(KernelGraph graph) {
    List<Kernel> kernels = new ArrayList<>();
    List<List<String>> groups = graph.groups();
    for (KernelGraph.Kernel kernel : graph.kernels()) {
      kernels.add(
          Kernel.newBuilder()
              .setName(kernel.name())
              .addAllLayers(groups.get(kernel.index()))
              .build());
    }
    return kernels;
  }

  static KernelGraph kernels(OnnxModel model, List<Kernel> kernels) {
    if (kernels.isEmpty() || kernels.size() > MOST_KERNELS) {
      throw Refusal.invalid(
          "a list of " + kernels.size() + " kernels; expected 1 to " + MOST_KERNELS);
    }
    List<List<String>> groups = new ArrayList<>();
    kernels.forEach(k -> groups.add(List.copyOf(k.getLayersList())));
    return KernelGraph.ofGroups(LayerGraph.of(model), groups);
  }

  static PrepareRequest prepare(Deployment deployment, ModelRef model, int tier) {
    PrepareRequest.Builder request =
        PrepareRequest.newBuilder()
            .setModel(model)
            .setPlan(deployment.planId())
            .addAllKernels(kernels(deployment.kernels()))
            .setKernelsDigest(deployment.kernels().digest())
            .addAllTierOfKernel(deployment.tierOfKernel())
            .setTier(tier);
    if (!deployment.pieces().isEmpty()) {
      request.addAllPieceOfKernel(
          Pieces.pieceOfKernel(deployment.pieces(), deployment.tierOfKernel().size()));
    }
    for (Deployment.Exit exit : deployment.earlyExits()) {
      request
          .addExitsBuilder()
          .setName(exit.name())
          .setOutput(exit.output())
          .setThreshold(exit.threshold())
          .setConfidence(exit.measure().text());
    }
    deployment.facts().forEach((name, fact) -> request.addTensors(tensor(name, fact)));
    deployment
        .encodings()
        .forEach(
            (tensor, all) ->
                all.forEach(
                    encoding ->
                        request
                            .addImagesBuilder()
                            .setInput(tensor)
                            .setEncoding(encoding.codec())
                            .setFromTier(encoding.tier())));
    return request.build();
  }

  /** The tensors that this tier encodes: in codecs that it does not know, none. */
  static Map<String, Deployment.Encoding> encodings(PrepareRequest request) {
    Map<String, Deployment.Encoding> encodings = new LinkedHashMap<>();
    request.getImagesList().stream()
        .filter(image -> image.getFromTier() == request.getTier())
        .filter(image -> Encodings.isKnown(image.getEncoding()))
        .forEach(
            image ->
                encodings.put(
                    image.getInput(),
                    new Deployment.Encoding(image.getEncoding(), image.getFromTier())));
    return encodings;
  }

  /** The chain of a plan as a peer describes it, checked against the model that we hold. */
  static Chain chain(PrepareRequest request, OnnxModel model) {
    if (!request.getPlan().matches("[0-9a-f]{4,64}")) {
      throw Refusal.invalid("a plan is named by 4 to 64 lower-case hex digits");
    }
    KernelGraph kernels = kernels(model, request.getKernelsList());
    if (!kernels.digest().equals(request.getKernelsDigest())) {
      throw Refusal.invalid("the list of kernels does not match its digest");
    }
    if (request.getTierOfKernelCount() != kernels.kernels().size()) {
      throw Refusal.invalid(
          "the plan places "
              + request.getTierOfKernelCount()
              + " of "
              + kernels.kernels().size()
              + " kernels");
    }
    Map<String, TensorFact> facts = new LinkedHashMap<>();
    request.getTensorsList().forEach(t -> facts.put(t.getName(), fact(t)));
    for (ImageInput image : request.getImagesList()) {
      TensorFact fact = facts.get(image.getInput());
      if (fact == null) {
        throw Refusal.invalid("input '" + image.getInput() + "' has no type and shape");
      }
      if (Encodings.isKnown(image.getEncoding())) {
        Encodings.check(image.getInput(), image.getEncoding(), fact);
      }
    }
    String name = Deployment.modelName(request.getModel().getName());
    if (request.getPieceOfKernelCount() > 0) {
      List<List<Integer>> pieces =
          Pieces.read(request.getPieceOfKernelList(), kernels.kernels().size());
      List<Segment.Piece> placed = Pieces.placed(pieces, request.getTierOfKernelList());
      return new Chain(name, request.getPlan(), kernels, placed, facts)
          .leavingAt(exits(request, facts));
    }
    int[] tiers = request.getTierOfKernelList().stream().mapToInt(Integer::intValue).toArray();
    return new Chain(name, request.getPlan(), kernels, tiers, facts);
  }

  private static List<Deployment.Exit> exits(
      PrepareRequest request, Map<String, TensorFact> facts) {
    List<Deployment.Exit> exits = new ArrayList<>();
    if (request.getExitsCount() > MOST_EXITS) {
      throw Refusal.invalid(
          "a plan of " + request.getExitsCount() + " exits; expected at most " + MOST_EXITS);
    }
    for (EarlyExit exit : request.getExitsList()) {
      if (exit.getName().isEmpty() || exit.getName().length() > LONGEST_NAME) {
        throw Refusal.invalid("an exit has a name of " + exit.getName().length() + " characters");
      }
      try {
        Confidence measure = Confidence.parse(exit.getConfidence());
        exits.add(
            PlannedExits.checked(
                new Deployment.Exit(exit.getName(), exit.getOutput(), exit.getThreshold(), measure),
                facts));
      } catch (ModelException | TierException e) {
        throw Refusal.invalid("exit '" + exit.getName() + "': " + e.getMessage());
      }
    }
    return exits;
  }

  static ProfileRequest profile(
      KernelGraph kernels, ModelRef model, Map<String, TensorData> inputs, ProfileOptions options) {
    ProfileRequest.Builder request =
        ProfileRequest.newBuilder()
            .setModel(model)
            .addAllKernels(kernels(kernels))
            .setBudgetMs(options.budget().toNanos() / 1e6)
            .setSeed(options.seed());
    inputs.forEach(
        (name, tensor) ->
            request.addInputs(
                ProfileRequest.Input.newBuilder()
                    .setTensor(tensor(name, tensor.fact()))
                    .setData(Tensors.bytes(tensor))));
    for (ProfileOptions.PictureInput picture : options.pictures()) {
      request.addPictures(
          ProfileRequest.Picture.newBuilder()
              .setTensor(picture.tensor())
              .setPng(ByteString.copyFrom(ImageCodec.encodePng(picture.picture())))
              .setQuality(picture.quality())
              .setFile(picture.file().map(ByteString::copyFrom).orElse(ByteString.EMPTY)));
    }
    return request.build();
  }

  static Map<String, TensorData> inputs(ProfileRequest request) {
    Map<String, TensorData> inputs = new LinkedHashMap<>();
    for (ProfileRequest.Input input : request.getInputsList()) {
      TensorFact fact = fact(input.getTensor());
      if (fact.bytes() != input.getData().size()) {
        throw Refusal.invalid(
            "input '"
                + input.getTensor().getName()
                + "' has "
                + input.getData().size()
                + " bytes; expected "
                + fact.bytes());
      }
      ByteBuffer data = TensorData.allocate(fact);
      input.getData().copyTo(data);
      inputs.put(input.getTensor().getName(), new TensorData(fact, data.flip()));
    }
    return inputs;
  }

  static ProfileOptions options(ProfileRequest request) {
    long ms = (long) request.getBudgetMs();
    if (!(request.getBudgetMs() >= 1) || ms > LONGEST_PROFILE.toMillis()) {
      throw Refusal.invalid(
          "a profile of "
              + request.getBudgetMs()
              + " ms; expected 1 to "
              + LONGEST_PROFILE.toMillis());
    }
    List<ProfileOptions.PictureInput> pictures = new ArrayList<>();
    for (ProfileRequest.Picture picture : request.getPicturesList()) {
      pictures.add(
          new ProfileOptions.PictureInput(
              picture.getTensor(),
              ImageCodec.decode(picture.getPng().toByteArray()),
              picture.getQuality(),
              Optional.of(picture.getFile())
                  .filter(file -> !file.isEmpty())
                  .map(ByteString::asReadOnlyByteBuffer)));
    }
    return new ProfileOptions(Duration.ofMillis(ms), request.getSeed(), pictures);
  }
}
