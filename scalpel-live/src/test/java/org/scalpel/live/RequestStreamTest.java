package org.scalpel.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scalpel.live.StreamAnswer.Answered;
import org.scalpel.live.StreamAnswer.Dropped;
import org.scalpel.live.StreamAnswer.Failed;
import org.scalpel.live.StreamOptions.Overflow;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.RequestTimes;
import org.scalpel.tier.TierException;

/** Against tiers that answer when the test says so. */
@Timeout(30)
class RequestStreamTest {
  private static final Inputs ANY = Inputs.of(Map.of());

  private final List<CompletableFuture<Execution>> asked =
      Collections.synchronizedList(new ArrayList<>());
  private final Semaphore arrived = new Semaphore(0);
  private final List<StreamAnswer> taken = Collections.synchronizedList(new ArrayList<>());

  private CompletableFuture<Execution> ask(Inputs inputs) {
    CompletableFuture<Execution> answer = new CompletableFuture<>();
    asked.add(answer);
    arrived.release();
    return answer;
  }

  private static Execution execution() {
    return new Execution(
        Map.of(), "plan", 1, List.of(), new RequestTimes(List.of(), List.of(), Map.of()), () -> {});
  }

  private void awaitAsked(int more) throws InterruptedException {
    assertThat(arrived.tryAcquire(more, 10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anOrderedStreamAnswersInTheOrderOfItsRequestsHoweverTheyComeBack() throws Exception {
    Random random = new Random(3);
    StreamOptions options = StreamOptions.DEFAULT.withWindow(6);
    try (RequestStream stream = RequestStream.open(this::ask, options, taken::add)) {
      for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 6; i++) {
          stream.send(ANY);
        }
        awaitAsked(6);
        List<CompletableFuture<Execution>> open = new ArrayList<>(asked);
        asked.clear();
        Collections.shuffle(open, random);
        for (CompletableFuture<Execution> one : open) {
          if (random.nextInt(5) == 0) {
            one.completeExceptionally(new TierException(TierException.Kind.DEADLINE, "late"));
          } else {
            one.complete(execution());
          }
        }
      }
    }
    assertThat(taken).hasSize(120);
    for (int i = 0; i < taken.size(); i++) {
      assertThat(taken.get(i).number()).isEqualTo(i);
    }
    assertThat(taken).hasAtLeastOneElementOfType(Failed.class);
  }

  @Test
  void anUnorderedStreamAnswersAsAnswersCome() throws Exception {
    StreamOptions options = StreamOptions.DEFAULT.withOrder(false);
    try (RequestStream stream = RequestStream.open(this::ask, options, taken::add)) {
      stream.send(ANY);
      stream.send(ANY);
      stream.send(ANY);
      // When the third is asked, the stream listens to the first two.
      awaitAsked(3);
      asked.get(1).complete(execution());
      asked.get(0).complete(execution());
      asked.get(2).complete(execution());
    }
    assertThat(taken)
        .extracting(StreamAnswer::number)
        .containsExactlyInAnyOrder(0L, 1L, 2L)
        .startsWith(1L);
  }

  @Test
  void aLiveSourceLosesTheOldestOfWhatWaitsAndHearsOfIt() throws Exception {
    StreamOptions options =
        StreamOptions.DEFAULT.withWindow(1).withOverflow(Overflow.DROP_OLDEST, 2);
    try (RequestStream stream = RequestStream.open(this::ask, options, taken::add)) {
      stream.send(ANY);
      awaitAsked(1);
      for (int i = 1; i < 100; i++) {
        assertThat(stream.send(ANY)).isEqualTo(i);
      }
      asked.get(0).complete(execution());
      awaitAsked(1);
      asked.get(1).complete(execution());
      awaitAsked(1);
      asked.get(2).complete(execution());
    }
    assertThat(taken).hasSize(4);
    assertThat(taken.get(0)).isInstanceOf(Answered.class);
    assertThat(taken.get(1)).isEqualTo(new Dropped(1, 97));
    assertThat(taken).extracting(StreamAnswer::number).containsExactly(0L, 1L, 98L, 99L);
  }

  @Test
  void aFullStreamRefusesWhereItIsToldTo() throws Exception {
    StreamOptions options = StreamOptions.DEFAULT.withWindow(1).withOverflow(Overflow.REFUSE, 1);
    try (RequestStream stream = RequestStream.open(this::ask, options, taken::add)) {
      stream.send(ANY);
      awaitAsked(1);
      stream.send(ANY);
      assertThatThrownBy(() -> stream.send(ANY))
          .isInstanceOf(TierException.class)
          .hasMessage("1 requests of the stream wait already, and 1 are under way");
      asked.get(0).complete(execution());
      awaitAsked(1);
      asked.get(1).complete(execution());
    }
    assertThat(taken).hasSize(2);
  }

  @Test
  void aSlowTakerHoldsTheSourceBack() throws Exception {
    CountDownLatch mayTake = new CountDownLatch(1);
    AtomicInteger sent = new AtomicInteger();
    StreamOptions options = StreamOptions.DEFAULT.withWindow(3);
    Thread source;
    try (RequestStream stream =
        RequestStream.open(
            inputs -> {
              arrived.release();
              return CompletableFuture.completedFuture(execution());
            },
            options,
            answer -> {
              await(mayTake);
              taken.add(answer);
            })) {
      source =
          new Thread(
              () -> {
                for (int i = 0; i < 50; i++) {
                  stream.send(ANY);
                  sent.incrementAndGet();
                }
              });
      source.start();
      awaitAsked(3);
      // Three places, one that waits: however long it takes, no more can have been sent.
      assertThat(arrived.tryAcquire(50, TimeUnit.MILLISECONDS)).isFalse();
      assertThat(sent.get()).isLessThanOrEqualTo(4);
      mayTake.countDown();
      source.join();
    }
    assertThat(taken).hasSize(50);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aTakerThatThrowsLosesNothingOfTheRest() {
    StreamOptions options = StreamOptions.DEFAULT;
    try (RequestStream stream =
        RequestStream.open(
            inputs -> CompletableFuture.completedFuture(execution()),
            options,
            answer -> {
              taken.add(answer);
              throw new IllegalStateException("on purpose");
            })) {
      for (int i = 0; i < 20; i++) {
        stream.send(ANY);
      }
    }
    assertThat(taken).hasSize(20);
  }
}
