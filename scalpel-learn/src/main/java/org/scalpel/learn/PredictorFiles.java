package org.scalpel.learn;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.scalpel.nn.BoostedTrees;
import org.scalpel.nn.Mlp;
import org.scalpel.nn.NetworkException;

/** Predictors as files: strict, every field named and none unknown. */
final class PredictorFiles {
  /** Unpacked; a predictor of ten platforms has some megabytes. */
  private static final int MAX_BYTES = 256 << 20;

  private static final String ADAPTATION = "adaptation";
  private static final ObjectMapper JSON = TextFiles.JSON;

  private PredictorFiles() {}

  /** A target as a file has it: types by their labels. */
  @SuppressWarnings("ArrayRecordComponent")
  private record TargetText(
      Platform platform,
      Map<String, double[]> roofline,
      double[] rooflineOfAny,
      Map<String, Target.Learned> learned,
      Overheads overheads) {
    static TargetText of(Target target) {
      return new TargetText(
          target.platform(),
          labelled(target.roofline().byType()),
          target.roofline().any(),
          labelled(target.learned()),
          target.overheads());
    }

    Target target() {
      return new Target(
          platform, new Roofline(typed(roofline), rooflineOfAny), typed(learned), overheads);
    }
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record HeadText(
      double bias, double[] powers, Map<String, Double> types, double[] hidden) {
    static HeadText of(Adaptation.Head head) {
      return new HeadText(head.bias(), head.powers(), labelled(head.types()), head.hidden());
    }

    Adaptation.Head head() {
      return new Adaptation.Head(bias, powers, typed(types), hidden);
    }
  }

  private record AdaptationText(TargetText target, int samples, List<HeadText> heads) {
    static AdaptationText of(Adaptation a) {
      return new AdaptationText(
          TargetText.of(a.target()), a.samples(), a.heads().stream().map(HeadText::of).toList());
    }

    Adaptation adaptation() {
      return new Adaptation(target.target(), samples, heads.stream().map(HeadText::head).toList());
    }
  }

  private record MemberText(Mlp network, List<BoostedTrees> trees) {
    static MemberText of(Member member) {
      return new MemberText(member.network(), member.trees());
    }

    Member member() {
      return new Member(network, trees);
    }
  }

  private record Text(
      Predictor.Origin origin,
      List<String> features,
      Encoder encoder,
      List<TargetText> platforms,
      List<MemberText> members) {
    static Text of(Predictor p) {
      return new Text(
          p.origin(),
          KernelFeatures.names(),
          p.encoder(),
          p.targets().stream().map(TargetText::of).toList(),
          p.members().stream().map(MemberText::of).toList());
    }

    Predictor predictor(Optional<Adaptation> adaptation) {
      if (!features.equals(KernelFeatures.names())) {
        throw new LearnException(
            "its features are not those of this version. Maybe train it again: found " + features);
      }
      List<Target> targets = platforms.stream().map(TargetText::target).toList();
      return new Predictor(
          origin, encoder, members.stream().map(MemberText::member).toList(), targets, adaptation);
    }
  }

  private static <T> Map<String, T> labelled(Map<KernelType, T> map) {
    Map<String, T> labelled = new TreeMap<>();
    map.forEach((type, value) -> labelled.put(type.label(), value));
    return labelled;
  }

  private static <T> Map<KernelType, T> typed(Map<String, T> map) {
    Map<KernelType, T> typed = new EnumMap<>(KernelType.class);
    map.forEach((label, value) -> typed.put(KernelType.of(label), value));
    return typed;
  }

  static Predictor read(Path file) {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = TextFiles.compressed(file) ? new GZIPInputStream(raw, 1 << 16) : raw) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new LearnException(
            file + ": more than " + MAX_BYTES + " bytes; no predictor is so large");
      }
      return parse(bytes);
    } catch (LearnException | NetworkException e) {
      throw new LearnException(file + ": " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw new LearnException(file + ": " + oneLine(e), e);
    } catch (NoSuchFileException e) {
      throw new LearnException(file + ": no such file", e);
    } catch (EOFException | ZipException e) {
      throw new LearnException(file + ": expected a whole gzip file: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new LearnException(file + ": could not be read: " + e, e);
    }
  }

  private static Predictor parse(byte[] bytes) throws IOException {
    if (!(JSON.readTree(bytes) instanceof ObjectNode tree)) {
      throw new LearnException("expected an object with the field 'schema'");
    }
    JsonNode schema = tree.remove("schema");
    if (schema == null || !schema.isInt() || schema.intValue() != Predictor.SCHEMA) {
      throw new LearnException("schema is " + schema + "; expected " + Predictor.SCHEMA);
    }
    Optional<JsonNode> adapted = Optional.ofNullable(tree.remove(ADAPTATION));
    Text text = JSON.treeToValue(tree, Text.class);
    Optional<Adaptation> adaptation = Optional.empty();
    if (adapted.isPresent()) {
      adaptation = Optional.of(JSON.treeToValue(adapted.get(), AdaptationText.class).adaptation());
    }
    return text.predictor(adaptation);
  }

  static void write(Predictor predictor, Path file) {
    Path beside = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.write(beside, bytes(predictor, TextFiles.compressed(file)));
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new LearnException(file + ": could not be written: " + e.getMessage(), e);
    } finally {
      TextFiles.delete(beside);
    }
  }

  private static byte[] bytes(Predictor predictor, boolean compressed) throws IOException {
    ObjectNode tree = JSON.createObjectNode().put("schema", Predictor.SCHEMA);
    tree.setAll((ObjectNode) JSON.valueToTree(Text.of(predictor)));
    predictor
        .adaptation()
        .ifPresent(a -> tree.set(ADAPTATION, JSON.valueToTree(AdaptationText.of(a))));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = compressed ? new GZIPOutputStream(bytes, 1 << 16) : bytes) {
      JSON.writeValue(out, tree);
    }
    return bytes.toByteArray();
  }

  private static String oneLine(JacksonException e) {
    Throwable cause = e.getCause();
    if (cause instanceof LearnException || cause instanceof NetworkException) {
      return cause.getMessage() + place(e);
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "unknown field '" + unknown.getPropertyName() + "'" + place(e);
    }
    return String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("malformed")
        + place(e);
  }

  private static String place(JacksonException e) {
    if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      List<String> path = new ArrayList<>();
      mapping
          .getPath()
          .forEach(
              r ->
                  path.add(r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName()));
      return " (at " + String.join(".", path) + ")";
    }
    return e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
  }
}
