package org.scalpel.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real sockets. Bounds are loose: exact figures need a quiet machine and stand in the lab. */
@Timeout(30)
class LinkProxyTest {
  private EchoServer echo;

  @BeforeEach
  void start() throws IOException {
    echo = new EchoServer();
  }

  @AfterEach
  void stop() throws IOException {
    echo.close();
  }

  private LinkProxy proxy(LinkShape shape) {
    return LinkProxy.start(LinkProxyConfig.loopback("test", echo.address(), shape));
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.2, 0, 2500, 2500",
    "5.85, 13.76, 20, 100000, 100000",
    "100, 50, 4, 1000000, 1000"
  })
  void bytesTakeTheirTime(double up, double down, double rtt, int bytesUp, int bytesDown)
      throws IOException {
    try (LinkProxy link = proxy(new LinkShape(up, down, rtt));
        Socket socket = EchoServer.connect(link.address())) {
      double expected = (bytesUp + 8) * 8 / up / 1000 + bytesDown * 8 / down / 1000 + rtt;
      assertThat(EchoServer.exchange(socket, bytesUp, bytesDown))
          .isBetween(expected * 0.99, expected * 1.1 + 30);
      assertThat(link.bytesUp()).isEqualTo(bytesUp + 8);
      assertThat(link.bytesDown()).isEqualTo(bytesDown);
    }
  }

  @Test
  void connectionsShareTheLinkFairly() throws Exception {
    try (LinkProxy link = proxy(LinkShape.symmetric(20, 0))) {
      List<CompletableFuture<Double>> times = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        times.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try (Socket socket = EchoServer.connect(link.address())) {
                    return EchoServer.exchange(socket, 250_000, 1);
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                },
                task -> new Thread(task, "client").start()));
      }
      // Together 1 MB at 20 Mbit/s: all end near 400 ms, none at 100 ms.
      for (CompletableFuture<Double> time : times) {
        assertThat(time.get(20, TimeUnit.SECONDS)).isBetween(300.0, 600.0);
      }
    }
  }

  @Test
  void aChangedLinkHoldsFromTheNextMessage() throws IOException {
    try (LinkProxy link = proxy(LinkShape.symmetric(1000, 0));
        Socket socket = EchoServer.connect(link.address())) {
      EchoServer.exchange(socket, 1000, 1000);
      link.shape(new LinkShape(10, 1000, 50));
      assertThat(link.shape().rttMs()).isEqualTo(50);
      assertThat(EchoServer.exchange(socket, 125_000, 10)).isBetween(149.0, 250.0);
    }
  }

  @Test
  void aStalledLinkHoldsEverythingUntilRestored() throws IOException {
    try (LinkProxy link = proxy(LinkShape.UNLIMITED);
        Socket socket = EchoServer.connect(link.address())) {
      EchoServer.exchange(socket, 10, 10);
      link.stall();
      socket.setSoTimeout(150);
      assertThatThrownBy(() -> EchoServer.exchange(socket, 10, 10))
          .isInstanceOf(SocketTimeoutException.class);
      link.restore();
      socket.setSoTimeout(10_000);
      assertThat(socket.getInputStream().readNBytes(10)).hasSize(10);
    }
  }

  @Test
  void zeroMegabitsIsDownUntilTheRateComesBack() throws IOException {
    try (LinkProxy link = proxy(LinkShape.symmetric(0, 0));
        Socket socket = EchoServer.connect(link.address())) {
      socket.setSoTimeout(150);
      assertThatThrownBy(() -> EchoServer.exchange(socket, 10, 10))
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(link.bytesUp()).isZero();
      link.shape(LinkShape.symmetric(10, 0));
      socket.setSoTimeout(10_000);
      assertThat(socket.getInputStream().readNBytes(10)).hasSize(10);
    }
  }

  @Test
  void aCutLinkResetsOldAndNewConnectionsUntilRestored() throws IOException {
    try (LinkProxy link = proxy(LinkShape.UNLIMITED);
        Socket old = EchoServer.connect(link.address())) {
      EchoServer.exchange(old, 10, 10);
      link.cut();
      assertThatThrownBy(() -> EchoServer.exchange(old, 10, 10)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> exchangeAnew(link)).isInstanceOf(IOException.class);
      link.restore();
      exchangeAnew(link);
    }
  }

  @Test
  void aResetBreaksOnlyWhatIsOpen() throws IOException {
    try (LinkProxy link = proxy(LinkShape.UNLIMITED);
        Socket old = EchoServer.connect(link.address())) {
      EchoServer.exchange(old, 10, 10);
      link.reset();
      assertThatThrownBy(() -> EchoServer.exchange(old, 10, 10)).isInstanceOf(IOException.class);
      exchangeAnew(link);
    }
  }

  @Test
  void aSlowReaderHoldsTheSenderBack() throws Exception {
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        LinkProxy link =
            LinkProxy.start(
                LinkProxyConfig.loopback(
                    "deaf",
                    new InetSocketAddress(deaf.getInetAddress(), deaf.getLocalPort()),
                    LinkShape.UNLIMITED));
        Socket client = EchoServer.connect(link.address())) {
      CompletableFuture<Void> sent =
          CompletableFuture.runAsync(
              () -> {
                try {
                  client.getOutputStream().write(new byte[64 << 20]);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              },
              task -> new Thread(task, "sender").start());
      assertThatThrownBy(() -> sent.get(500, TimeUnit.MILLISECONDS))
          .isInstanceOf(java.util.concurrent.TimeoutException.class);
      assertThat(link.bytesUp()).isLessThan(40 << 20);
      try (Socket accepted = deaf.accept()) {
        assertThat(accepted.getInputStream().readNBytes(64 << 20)).hasSize(64 << 20);
      }
      sent.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void halfClosedConnectionsStillAnswer() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        LinkProxy link =
            LinkProxy.start(
                LinkProxyConfig.loopback(
                    "half",
                    new InetSocketAddress(server.getInetAddress(), server.getLocalPort()),
                    LinkShape.symmetric(100, 2)));
        Socket client = EchoServer.connect(link.address())) {
      client.getOutputStream().write(new byte[10_000]);
      client.shutdownOutput();
      try (Socket accepted = server.accept()) {
        assertThat(accepted.getInputStream().readAllBytes()).hasSize(10_000);
        accepted.getOutputStream().write(new byte[20_000]);
      }
      assertThat(client.getInputStream().readAllBytes()).hasSize(20_000);
    }
  }

  @Test
  void aTargetThatIsDownResetsTheClient() throws IOException {
    InetSocketAddress gone;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      gone = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }
    try (LinkProxy link =
        LinkProxy.start(LinkProxyConfig.loopback("gone", gone, LinkShape.UNLIMITED))) {
      assertThatThrownBy(() -> exchangeAnew(link)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aPortInUseIsRefusedByName() {
    LinkProxyConfig config =
        new LinkProxyConfig("second", echo.address(), echo.address(), LinkShape.UNLIMITED);
    assertThatThrownBy(() -> LinkProxy.start(config))
        .isInstanceOf(TestbedException.class)
        .hasMessageContaining("second")
        .hasMessageContaining("cannot listen");
  }

  @Test
  void refusesImpossibleShapes() {
    assertThatThrownBy(() -> new LinkShape(-1, 1, 0)).isInstanceOf(TestbedException.class);
    assertThatThrownBy(() -> new LinkShape(1, Double.NaN, 0)).isInstanceOf(TestbedException.class);
    assertThatThrownBy(() -> new LinkShape(1, 1, Double.POSITIVE_INFINITY))
        .isInstanceOf(TestbedException.class);
    assertThat(LinkShape.symmetric(5, 1).downMbps()).isCloseTo(5, within(0.0));
  }

  private static void exchangeAnew(LinkProxy link) throws IOException {
    try (Socket socket = EchoServer.connect(link.address())) {
      EchoServer.exchange(socket, 10, 10);
    }
  }
}
