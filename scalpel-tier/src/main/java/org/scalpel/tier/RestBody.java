package org.scalpel.tier;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** The small documents that come with calls other than inference; nothing counts as empty. */
final class RestBody {
  private final Set<String> flags = new HashSet<>();
  private final Set<String> filled = new HashSet<>();

  private RestBody() {}

  static RestBody of(byte[] json) {
    RestBody body = new RestBody();
    try (JsonParser in = RestInfer.JSON.createParser(json)) {
      JsonToken first = in.nextToken();
      if (first != null && first != JsonToken.START_OBJECT) {
        throw Refusal.invalid("the request is " + first + "; expected an object");
      }
      if (first != null) {
        body.members(in);
      }
    } catch (JsonProcessingException e) {
      throw Refusal.invalid(RestInfer.problem(e));
    } catch (IOException e) {
      throw Refusal.invalid("the request cannot be read: " + e.getMessage());
    }
    return body;
  }

  private void members(JsonParser in) throws IOException {
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      JsonToken value = in.nextToken();
      if (value == JsonToken.VALUE_TRUE) {
        flags.add(name);
      } else if (value == JsonToken.START_OBJECT) {
        if (in.nextToken() != JsonToken.END_OBJECT) {
          filled.add(name);
          in.nextToken();
          in.skipChildren();
          while (in.nextToken() == JsonToken.FIELD_NAME) {
            in.nextToken();
            in.skipChildren();
          }
        }
      } else {
        in.skipChildren();
      }
    }
  }

  /** Whether a member is true. */
  boolean flag(String name) {
    return flags.contains(name);
  }

  /** Whether a member is an object with members of its own. */
  boolean hasMembers(String name) {
    return filled.contains(name);
  }
}
