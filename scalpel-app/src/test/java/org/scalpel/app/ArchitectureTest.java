package org.scalpel.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Dependencies between modules run one way, as the map in ARCHITECTURE.md says. */
class ArchitectureTest {
  private static final String ROOT = "org.scalpel.";
  private static final Map<String, List<String>> MAY_USE = new LinkedHashMap<>();
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.scalpel");

  static {
    MAY_USE.put("graph", List.of("onnx"));
    MAY_USE.put("plan", List.of());
    MAY_USE.put("engine", List.of("graph", "onnx"));
    MAY_USE.put("codec", List.of());
    MAY_USE.put("cost", List.of("graph", "plan", "engine", "codec", "onnx"));
    MAY_USE.put("nn", List.of());
    MAY_USE.put("learn", List.of("graph", "plan", "engine", "codec", "cost", "nn", "onnx"));
    MAY_USE.put(
        "tier", List.of("graph", "plan", "engine", "codec", "cost", "onnx", "oip", "control"));
    MAY_USE.put("live", List.of("graph", "plan", "engine", "cost", "tier", "onnx"));
    MAY_USE.put("testbed", List.of());
    MAY_USE.put(
        "app",
        List.of(
            "graph", "plan", "engine", "codec", "cost", "learn", "tier", "live", "testbed",
            "onnx"));
  }

  @Test
  void modulesUseOnlyWhatTheMapAllows() {
    Set<String> all = MAY_USE.keySet();
    for (String module : all) {
      List<String> forbidden = new ArrayList<>(all);
      forbidden.addAll(List.of("lab", "onnx", "oip", "control"));
      forbidden.removeAll(MAY_USE.get(module));
      forbidden.remove(module);
      noClasses()
          .that()
          .resideInAPackage(ROOT + module)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              forbidden.stream().map(name -> ROOT + name + "..").toArray(String[]::new))
          .check(CLASSES);
    }
  }

  @Test
  void modulesAreFlatAndFreeOfCycles() {
    // The map is in order and generated code uses nothing of ours: no cycle can close.
    List<String> above = new ArrayList<>(List.of("onnx", "oip", "control"));
    MAY_USE.forEach(
        (module, used) -> {
          assertThat(above).as("above %s", module).containsAll(used);
          above.add(module);
        });
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + "onnx..", ROOT + "oip..", ROOT + "control..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(MAY_USE.keySet().stream().map(ROOT::concat).toArray(String[]::new))
        .check(CLASSES);
    classes()
        .should()
        .resideInAnyPackage(
            "org.scalpel.*", "org.scalpel.onnx..", "org.scalpel.oip..", "org.scalpel.control..")
        .check(CLASSES);
  }

  @Test
  void onlyTheEngineKnowsTheInferenceRuntimeAndOnlyTheTierTheWire() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.scalpel.engine")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.onnxruntime..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackages("org.scalpel.tier", "org.scalpel.oip..", "org.scalpel.control..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.grpc..")
        .check(CLASSES);
  }

  @Test
  void thePlannerKnowsNoFilesNoSocketsNoModels() {
    noClasses()
        .that()
        .resideInAPackage("org.scalpel.plan")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.file..", "java.net..", "com.google.protobuf..")
        .check(CLASSES);
  }

  @Test
  void theClassPathOfATierHoldsNeitherLabNorTrainingLibraries() {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    assertThat(classPath)
        .contains("scalpel-tier")
        .doesNotContain("scalpel-lab", "scalpel-train", "djl", "pytorch", "xgboost", "tribuo-");
  }
}
