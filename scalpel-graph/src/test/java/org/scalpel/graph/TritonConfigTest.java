package org.scalpel.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Reads the file with the schema of a server, as far as the file uses it. */
class TritonConfigTest {
  /** {@code DataType} of {@code model_config.proto}, in its order from 0. */
  private static final List<String> TYPES =
      List.of(
          "TYPE_INVALID",
          "TYPE_BOOL",
          "TYPE_UINT8",
          "TYPE_UINT16",
          "TYPE_UINT32",
          "TYPE_UINT64",
          "TYPE_INT8",
          "TYPE_INT16",
          "TYPE_INT32",
          "TYPE_INT64",
          "TYPE_FP16",
          "TYPE_FP32",
          "TYPE_FP64",
          "TYPE_STRING",
          "TYPE_BF16");

  @Test
  void everyTypeAndShapeIsReadBackByTheServersSchema() throws Exception {
    Map<String, Manifest.Boundary> tensors = new LinkedHashMap<>();
    for (ElementType type : ElementType.values()) {
      if (type.onnxCode() <= ElementType.BFLOAT16.onnxCode()
          && !type.name().startsWith("COMPLEX")) {
        String name = "the \"" + type + "\"\\\n";
        List<Long> shape = type == ElementType.BOOL ? List.of() : List.of(1L, -1L, 8L);
        tensors.put(name, new Manifest.Boundary(name, type.contractName(), shape));
      }
    }
    assertThat(tensors).hasSize(TYPES.size() - 1);
    List<String> names = List.copyOf(tensors.keySet());
    Segment segment = new Segment(0, 0, List.of(), names, names.subList(0, 1));
    DynamicMessage config = parse(TritonConfig.of("net.p1.0", segment, tensors));
    assertThat(field(config, "name")).isEqualTo("net.p1.0");
    assertThat(field(config, "backend")).isEqualTo("onnxruntime");
    assertThat(field(config, "max_batch_size")).isEqualTo(0);
    assertThat(list(config, "output")).hasSize(1);
    assertThat(list(config, "input")).hasSameSizeAs(names);
    for (int i = 0; i < names.size(); i++) {
      Message input = list(config, "input").get(i);
      boolean scalar = names.get(i).contains("BOOL");
      assertThat(field(input, "name")).isEqualTo(names.get(i));
      assertThat(String.valueOf(field(input, "data_type"))).isNotEqualTo("TYPE_INVALID");
      assertThat(field(input, "dims")).isEqualTo(scalar ? List.of(1L) : List.of(1L, -1L, 8L));
      assertThat(input.hasField(input.getDescriptorForType().findFieldByName("reshape")))
          .isEqualTo(scalar);
    }
  }

  @Test
  void aSegmentWithoutInputsIsReadToo() throws Exception {
    Map<String, Manifest.Boundary> tensors =
        Map.of("y", new Manifest.Boundary("y", "float32", List.of(2L)));
    Segment segment = new Segment(0, 0, List.of(), List.of(), List.of("y"));
    assertThat(list(parse(TritonConfig.of("n", segment, tensors)), "input")).isEmpty();
  }

  @Test
  void aTypeThatTheServerLacksIsRefused() {
    Map<String, Manifest.Boundary> tensors =
        Map.of("q", new Manifest.Boundary("q", "int4", List.of(2L)));
    Segment segment = new Segment(0, 0, List.of(), List.of("q"), List.of("q"));
    assertThatThrownBy(() -> TritonConfig.of("n", segment, tensors))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("tensor 'q' is int4");
  }

  private static Object field(Message message, String name) {
    return message.getField(message.getDescriptorForType().findFieldByName(name));
  }

  private static List<Message> list(Message message, String name) {
    return ((List<?>) field(message, name)).stream().map(Message.class::cast).toList();
  }

  private static DynamicMessage parse(String text)
      throws DescriptorValidationException, TextFormat.ParseException {
    DynamicMessage.Builder config = DynamicMessage.newBuilder(schema());
    TextFormat.merge(text, config);
    return config.build();
  }

  private static Descriptor schema() throws DescriptorValidationException {
    EnumDescriptorProto.Builder types = EnumDescriptorProto.newBuilder().setName("DataType");
    for (int i = 0; i < TYPES.size(); i++) {
      types.addValue(EnumValueDescriptorProto.newBuilder().setName(TYPES.get(i)).setNumber(i));
    }
    DescriptorProto.Builder tensor =
        DescriptorProto.newBuilder()
            .setName("Tensor")
            .addField(one("name", 1, FieldDescriptorProto.Type.TYPE_STRING))
            .addField(
                one("data_type", 2, FieldDescriptorProto.Type.TYPE_ENUM).setTypeName("DataType"))
            .addField(many("dims", 4, FieldDescriptorProto.Type.TYPE_INT64))
            .addField(
                one("reshape", 5, FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName("Reshape"));
    DescriptorProto.Builder config =
        DescriptorProto.newBuilder()
            .setName("ModelConfig")
            .addField(one("name", 1, FieldDescriptorProto.Type.TYPE_STRING))
            .addField(one("max_batch_size", 4, FieldDescriptorProto.Type.TYPE_INT32))
            .addField(
                many("input", 5, FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName("Tensor"))
            .addField(
                many("output", 6, FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName("Tensor"))
            .addField(one("backend", 17, FieldDescriptorProto.Type.TYPE_STRING));
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("model_config.proto")
            .setSyntax("proto3")
            .addEnumType(types)
            .addMessageType(
                DescriptorProto.newBuilder()
                    .setName("Reshape")
                    .addField(many("shape", 1, FieldDescriptorProto.Type.TYPE_INT64)))
            .addMessageType(tensor)
            .addMessageType(config)
            .build();
    return FileDescriptor.buildFrom(file, new FileDescriptor[0])
        .findMessageTypeByName("ModelConfig");
  }

  private static FieldDescriptorProto.Builder one(
      String name, int number, FieldDescriptorProto.Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(Label.LABEL_OPTIONAL);
  }

  private static FieldDescriptorProto.Builder many(
      String name, int number, FieldDescriptorProto.Type type) {
    return one(name, number, type).setLabel(Label.LABEL_REPEATED);
  }
}
