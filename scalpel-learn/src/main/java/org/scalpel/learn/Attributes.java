package org.scalpel.learn;

import java.util.List;
import org.scalpel.onnx.AttributeProto;
import org.scalpel.onnx.NodeProto;

/** Attributes of a node, with what stands where one is missing. */
final class Attributes {
  private Attributes() {}

  static long integer(NodeProto node, String name, long otherwise) {
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.getName().equals(name)) {
        return attribute.getI();
      }
    }
    return otherwise;
  }

  static String text(NodeProto node, String name, String otherwise) {
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.getName().equals(name)) {
        return attribute.getS().toStringUtf8();
      }
    }
    return otherwise;
  }

  /** Empty where the attribute is missing. */
  static List<Long> integers(NodeProto node, String name) {
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.getName().equals(name)) {
        return attribute.getIntsList();
      }
    }
    return List.of();
  }
}
