package org.scalpel.app;

import java.util.List;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The words after {@code --input}: one or more files, as a shell makes of {@code photos/*.jpg}.
 * They end at the next option, and at a model: {@code run --input cat.npy model.onnx} is
 * understood.
 */
final class InputWords implements IParameterConsumer {
  @Override
  public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
    List<String> inputs = option.getValue();
    boolean first = true;
    while (!words.isEmpty() && (first || isInput(words.peek()))) {
      inputs.add(words.pop());
      first = false;
    }
  }

  private static boolean isInput(String word) {
    return !word.startsWith("-") && !word.endsWith(".onnx");
  }
}
