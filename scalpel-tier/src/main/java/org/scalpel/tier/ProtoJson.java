package org.scalpel.tier;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;

/**
 * Protocol messages as the JSON of the protocol: names as in the schema, defaults written out, and
 * integers of 64 bits as numbers, where protobuf's own form has strings, which clients refuse.
 */
final class ProtoJson {
  private ProtoJson() {}

  static void write(JsonGenerator out, Message message) throws IOException {
    out.writeStartObject();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      boolean absent = field.hasPresence() && !message.hasField(field);
      if (!absent) {
        out.writeFieldName(field.getName());
        if (field.isMapField()) {
          map(out, elements(message, field));
        } else if (field.isRepeated()) {
          array(out, field, elements(message, field));
        } else {
          value(out, field, message.getField(field));
        }
      }
    }
    out.writeEndObject();
  }

  private static List<?> elements(Message message, FieldDescriptor field) {
    return (List<?>) message.getField(field);
  }

  static void array(JsonGenerator out, FieldDescriptor field, List<?> elements) throws IOException {
    out.writeStartArray();
    for (Object element : elements) {
      value(out, field, element);
    }
    out.writeEndArray();
  }

  private static void map(JsonGenerator out, List<?> entries) throws IOException {
    out.writeStartObject();
    for (Object element : entries) {
      Message entry = (Message) element;
      List<FieldDescriptor> pair = entry.getDescriptorForType().getFields();
      out.writeFieldName(String.valueOf(entry.getField(pair.get(0))));
      value(out, pair.get(1), entry.getField(pair.get(1)));
    }
    out.writeEndObject();
  }

  private static void value(JsonGenerator out, FieldDescriptor field, Object value)
      throws IOException {
    switch (field.getJavaType()) {
      case INT -> out.writeNumber((Integer) value);
      case LONG -> number(out, (Long) value, field.getType() == FieldDescriptor.Type.UINT64);
      case FLOAT -> out.writeNumber((Float) value);
      case DOUBLE -> out.writeNumber((Double) value);
      case BOOLEAN -> out.writeBoolean((Boolean) value);
      case STRING -> out.writeString((String) value);
      case ENUM -> out.writeString(((EnumValueDescriptor) value).getName());
      case MESSAGE -> write(out, (Message) value);
      case BYTE_STRING -> throw new IllegalStateException("no answer has bytes: " + field);
    }
  }

  /** A 64-bit integer, all digits of it. */
  static void number(JsonGenerator out, long value, boolean unsigned) throws IOException {
    if (unsigned && value < 0) {
      out.writeNumber(new BigInteger(Long.toUnsignedString(value)));
    } else {
      out.writeNumber(value);
    }
  }
}
