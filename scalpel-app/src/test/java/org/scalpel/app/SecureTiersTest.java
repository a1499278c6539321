package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.TensorData;
import org.scalpel.tier.Security;
import org.scalpel.tier.TierConfig;
import org.scalpel.tier.TierServer;

/** From {@code tls init} to a run over tiers that know each other. */
@Timeout(60)
class SecureTiersTest {
  @TempDir private Path folder;

  private Path certs() {
    return folder.resolve("certs");
  }

  private TierServer tier(String name, Security security, Object... next) {
    TierConfig.Builder config =
        TierConfig.builder(name)
            .listen("localhost:0")
            .store(folder.resolve(name))
            .security(security);
    Stream.of(next).forEach(url -> config.next(url.toString()));
    return TierServer.start(config.build());
  }

  private Security mutual() {
    return Security.NONE
        .withIdentity(certs().resolve("server.pem"), certs().resolve("server.key"))
        .withAuthority(certs().resolve("ca.pem"))
        .withCallers(certs().resolve("ca.pem"))
        .withTokens(certs().resolve("tokens"));
  }

  private Cli status(TierServer tier, String... words) {
    List<Object> all = new java.util.ArrayList<>(List.of("status", tier.address()));
    Stream.of(words)
        .map(w -> w.startsWith("--") ? w : certs().resolve(w).toString())
        .forEach(all::add);
    return Cli.run(all.toArray());
  }

  @Test
  void initMakesFilesThatOnlyTheirOwnerReadsAndNeverOverwrites() throws IOException {
    Cli made = Cli.run("tls", "init", certs(), "--host", "edge.local", "--host", "10.1.2.3");
    assertThat(made.code()).as(made.err()).isZero();
    for (String secret : List.of("ca.key", "server.key", "client.key", "tokens", "infer.token")) {
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(certs().resolve(secret))))
          .as(secret)
          .isEqualTo("rw-------");
    }
    String before = Files.readString(certs().resolve("server.key"));
    Files.delete(certs().resolve("ca.pem"));
    Cli again = Cli.run("tls", "init", certs());
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err()).contains("not overwritten").hasLineCount(1);
    assertThat(Files.readString(certs().resolve("server.key"))).isEqualTo(before);
    assertThat(certs().resolve("ca.pem")).doesNotExist();
    assertThat(Cli.run("tls", "init", folder.resolve("b"), "--host", "a b").code()).isEqualTo(2);
    assertThat(Cli.run("tls").code()).isEqualTo(2);
    assertThat(Cli.run("tls", "init", "--help").out()).contains("Examples:", "--host");
  }

  @Test
  void aDeploymentFileRunsOverMutualTlsWithAToken() throws IOException {
    assertThat(Cli.run("tls", "init", certs(), "-q").code()).isZero();
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 3, "");
    Path input =
        Files.write(
            folder.resolve("x.npy"), NpyFile.write(TensorData.ofFloats(new float[8], 1, 8)));
    var whole = Cli.run("run", model, "--input", input, "--json", "-q").json().get("outputs");
    try (TierServer cloud = tier("cloud", mutual());
        TierServer edge = tier("edge", mutual(), cloud.address())) {
      Path profile = folder.resolve("p.json");
      Cli measured =
          Cli.run(
              "profile",
              model,
              "--tier",
              "grpcs://" + cloud.address(),
              "-o",
              profile,
              "-q",
              "--budget-s",
              "0.3",
              "--tls-ca",
              certs().resolve("ca.pem"),
              "--tls-cert",
              certs().resolve("client.pem"),
              "--tls-key",
              certs().resolve("client.key"),
              "--token-file",
              certs().resolve("tokens"));
      assertThat(measured.code()).as(measured.err()).isZero();
      Path file =
          Files.writeString(
              folder.resolve("scalpel.yaml"),
              """
              schema: 1
              model: tiny.onnx
              tiers:
                - { name: device, profile: p.json, slowdown: 50 }
                - { name: edge, url: "%s", profile: p.json }
                - { name: cloud, url: "%s", profile: p.json }
              network: [1000/1000/0, 1000/1000/0]
              pins: { matmul0: edge, tanh2: cloud }
              tls: { ca: certs/ca.pem, cert: certs/client.pem, key: certs/client.key }
              token_file: certs/tokens
              """
                  .formatted(edge.address(), cloud.address()));
      Cli run = Cli.run("run", "--config", file, "--input", input, "--json", "-q");
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.json().get("outputs").get(0).get("shape"))
          .isEqualTo(whole.get(0).get("shape"));
      for (int i = 0; i < 8; i++) {
        assertThat(run.json().get("outputs").get(0).get("data").get(i).asDouble())
            .isCloseTo(
                whole.get(0).get("data").get(i).asDouble(),
                org.assertj.core.api.Assertions.within(1e-5));
      }
    }
  }

  @Test
  void whatIsMissingIsOneLineAndCodeTwoOrFour() {
    assertThat(Cli.run("tls", "init", certs(), "-q").code()).isZero();
    String[] identity = {"--tls-cert", "client.pem", "--tls-key", "client.key"};
    try (TierServer tier = tier("edge", mutual())) {
      expect(4, status(tier), "speaks TLS");
      expect(4, status(tier, "--tls-ca", "ca.pem"), "certificate");
      expect(2, status(tier, "--tls-ca", "ca.pem", "--tls-cert", "client.pem"), "both or neither");
      Cli noToken =
          status(tier, "--tls-ca", "ca.pem", identity[0], identity[1], identity[2], identity[3]);
      expect(2, noToken, "a token is needed");
      Cli infer =
          status(
              tier,
              "--tls-ca",
              "ca.pem",
              identity[0],
              identity[1],
              identity[2],
              identity[3],
              "--token-file",
              "infer.token");
      assertThat(infer.code()).as(infer.err()).isZero();
    }
    try (TierServer plain = tier("plain", Security.NONE)) {
      expect(4, status(plain, "--tls-ca", "ca.pem"), "does not speak TLS");
    }
  }

  private static void expect(int code, Cli cli, String words) {
    assertThat(cli.code()).as(cli.err()).isEqualTo(code);
    assertThat(cli.err()).contains(words).hasLineCount(1);
  }
}
