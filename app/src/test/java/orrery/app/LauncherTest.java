package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import orrery.app.FakeCheckout.Run;
import orrery.app.FakeCheckout.Running;

/** Runs the real {@code ./orrery} on machines that are made up; no real JDK is started and nothing is built. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a POSIX shell script")
final class LauncherTest {
    @TempDir
    private Path folder;

    private FakeCheckout checkout;

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = new FakeCheckout(folder);
        checkout.maven();
    }

    @Test
    void findsAJdkThatSdkmanInstalled() throws Exception {
        checkout.javaOnPath(checkout.jdk(checkout.machine.resolve("java-17"), "17.0.15"));
        Path good = checkout.jdk(checkout.home.resolve(".sdkman/candidates/java/25-tem"), "25.0.1");

        assertThat(checkout.start("chat")).satisfies(startedBy(good));
    }

    @Test
    void prefersJavaHomeToThePath() throws Exception {
        checkout.javaOnPath(checkout.jdk(checkout.machine.resolve("a"), "25"));
        Path good = checkout.jdk(checkout.machine.resolve("b"), "26-ea");

        assertThat(checkout.with("JAVA_HOME", good).start()).satisfies(startedBy(good));
    }

    @Test
    void takesThePathWhenJavaHomeIsTooOld() throws Exception {
        Path old = checkout.jdk(folder.resolve("old"), "21.0.2");
        Path good = checkout.jdk(folder.resolve("good jdk"), "25.0.3");
        checkout.javaOnPath(good);

        assertThat(checkout.with("JAVA_HOME", old).start()).satisfies(startedBy(good));
    }

    @Test
    void findsAJdkInAFolderOfTheMachineWithASpaceInItsName() throws Exception {
        Path good = checkout.jdk(checkout.machine.resolve("the new jdk"), "25");

        assertThat(checkout.start()).satisfies(startedBy(good));
    }

    @Test
    void listsEveryJavaThatDoesNotServeAndWhy() throws Exception {
        checkout.javaOnPath(checkout.jdk(checkout.machine.resolve("java-17"), "17.0.15"));
        checkout.jdkWithoutReleaseFile(checkout.machine.resolve("java-8"), "1.8.0_402");
        Path broken = checkout.jdk(checkout.machine.resolve("broken"), "25");
        Files.setPosixFilePermissions(broken.resolve("bin/java"), PosixFilePermissions.fromString("rw-r--r--"));
        Path runtime = checkout.jdk(checkout.machine.resolve("runtime"), "25.0.1");
        Files.delete(runtime.resolve("bin/javac"));

        Run run = checkout.with("JAVA_HOME", folder.resolve("nowhere")).start();

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors())
                .contains("needs a JDK 25 or newer")
                .containsPattern("JAVA_HOME: .*nowhere \\(no such folder")
                .containsPattern("java on the PATH: .*java-17 \\(17\\.0\\.15, too old\\)")
                .containsPattern("java-8 \\(1\\.8\\.0_402, too old\\)")
                .containsPattern("broken \\(its bin/java cannot be run\\)")
                .containsPattern("runtime \\(25\\.0\\.1, but without javac")
                .contains(checkout.home + "/.sdkman/candidates/java/*")
                .contains("adoptium.net");
        assertThat(run.errors().lines().filter(line -> line.contains("java-17")))
                .hasSize(1);
        assertThat(checkout.mavenCalls()).isZero();
    }

    @Test
    void handsArgumentsOnAsTheyAre() throws Exception {
        checkout.jdk(checkout.machine.resolve("jdk"), "25");

        Run run = checkout.with("ORRERY_JAVA_OPTIONS", "-Xmx9g -Dstar=*").start("two words", "*", "");

        assertThat(run.output())
                .containsSubsequence("<-Xmx9g>", "<-Dstar=*>", "<-Dorrery.home=" + checkout.root + ">")
                .containsSubsequence("<orrery.app.Start>", "<two words>", "<*>", "<>");
    }

    @Test
    void aCollectorThatTheUserNamesReplacesOurs() throws Exception {
        checkout.jdk(checkout.machine.resolve("jdk"), "25");

        Run usual = checkout.start();
        Run named = checkout.with("ORRERY_JAVA_OPTIONS", "-XX:+UseZGC").start();

        assertThat(usual.output()).contains("<-XX:+UseSerialGC>");
        assertThat(named.output()).contains("<-XX:+UseZGC>").doesNotContain("UseSerialGC");
    }

    @Test
    void buildsOnceAndStaysQuietAfterwards() throws Exception {
        checkout.jdk(checkout.machine.resolve("jdk"), "25");

        Run first = checkout.start();
        Run second = checkout.start();

        assertThat(first.errors()).isEqualTo("Building Orrery (first run) …\n");
        assertThat(second.errors()).isEmpty();
        assertThat(second).isEqualTo(new Run(0, first.output(), ""));
        assertThat(checkout.mavenCalls()).isEqualTo(1);
    }

    @Test
    void saysWhatALongBuildIsDoing() throws Exception {
        checkout.maven(
                "echo 'Downloading from central: https://example.org/a.jar'",
                "echo 'Downloaded from central: https://example.org/a.jar (1 kB at 1 kB/s)'",
                "sleep 2",
                "echo '[INFO] --- maven-compiler-plugin:3.16.0:compile (default-compile) @ orrery-core ---'",
                "sleep 2",
                "echo '[INFO] --- compiler:3.16.0:compile (default-compile) @ orrery-app ---'",
                "sleep 2");
        checkout.jdk(checkout.machine.resolve("jdk"), "25");

        Run run = checkout.start();

        assertThat(run.errors().lines())
                .startsWith("Building Orrery (first run) …")
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("Building"),
                        line -> assertThat(line).matches("\\[1/4] fetching libraries \\(after \\d s\\)"),
                        line -> assertThat(line).matches("\\[2/4] compiling the library \\(after \\d s\\)"),
                        line -> assertThat(line).matches("\\[3/4] compiling the command line \\(after \\d s\\)"));
    }

    @Test
    void aBuildWithoutTheNetworkSaysSo() throws Exception {
        checkout.jdk(checkout.machine.resolve("jdk"), "25");
        checkout.maven(
                "echo '[WARNING] cannot be said to matter'",
                "echo '[ERROR] Could not transfer artifact a:b:1 from central: example.org: Unknown host'",
                "exit 1");

        Run run = checkout.start();

        assertThat(run.errors())
                .contains("[ERROR] Could not transfer artifact", "the first build needs the network")
                .doesNotContain("cannot be said to matter");
    }

    @Test
    void startsOnARuntimeWithoutJavacOnceBuilt() throws Exception {
        Path jdk = checkout.jdk(checkout.machine.resolve("jdk"), "25");
        checkout.start();
        Files.delete(jdk.resolve("bin/javac"));

        assertThat(checkout.start()).satisfies(startedBy(jdk));
    }

    @Test
    void searchesAgainWhenTheRememberedJdkIsGone() throws Exception {
        Path first = checkout.jdk(checkout.machine.resolve("a"), "25");
        Path second = checkout.jdk(checkout.machine.resolve("b"), "25");
        checkout.start();
        Files.delete(first.resolve("bin/java"));

        assertThat(checkout.start()).satisfies(startedBy(second));
    }

    @Test
    void buildsAgainWhenASourceIsNewer() throws Exception {
        checkout.jdk(checkout.machine.resolve("jdk"), "25");
        checkout.start();
        Path source = Files.writeString(checkout.root.resolve("app/src/main/Main.java"), "");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(2)));

        Run run = checkout.start();

        assertThat(run.errors()).isEqualTo("Building Orrery (its sources have changed) …\n");
        assertThat(checkout.mavenCalls()).isEqualTo(2);
    }

    @Test
    void showsWhyABuildFailedAndWhereItsLogIs() throws Exception {
        checkout.jdk(checkout.machine.resolve("jdk"), "25");
        checkout.maven("echo 'a line of no interest'", "echo '[ERROR] Main.java:[3,1] not a statement'", "exit 1");

        Run run = checkout.start();

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors())
                .contains("could not be built", "[ERROR] Main.java:[3,1] not a statement", ".orrery/build.log")
                .doesNotContain("no interest");
        assertThat(checkout.root.resolve(".orrery/build.lock")).doesNotExist();
    }

    @Test
    void twoAtOnceBuildOnce() throws Exception {
        checkout.maven("sleep 1");
        Path jdk = checkout.jdk(checkout.machine.resolve("jdk"), "25");
        Running first = checkout.started(checkout.root.resolve("orrery"));
        Running second = checkout.started(checkout.root.resolve("orrery"));

        assertThat(first.end()).satisfies(startedBy(jdk));
        assertThat(second.end()).satisfies(startedBy(jdk));
        assertThat(checkout.mavenCalls()).isEqualTo(1);
    }

    @Test
    void takesOverTheLockOfABuilderThatWasKilled() throws Exception {
        Path jdk = checkout.jdk(checkout.machine.resolve("jdk"), "25");
        Process gone = new ProcessBuilder("sh", "-c", "exit 0").start();
        gone.waitFor();
        Path lock = Files.createDirectories(checkout.root.resolve(".orrery/build.lock"));
        Files.writeString(lock.resolve("process"), gone.pid() + "\n");

        assertThat(checkout.start()).satisfies(startedBy(jdk));
        assertThat(lock).doesNotExist();
    }

    @Test
    void waitsForTheMavenOfABuilderThatWasKilled() throws Exception {
        Path jdk = checkout.jdk(checkout.machine.resolve("jdk"), "25");
        checkout.maven("mkdir only-one || echo two at once >> two", "sleep 2", "rmdir only-one");
        Running killed = checkout.started(checkout.root.resolve("orrery"));
        while (!Files.exists(checkout.root.resolve("only-one"))) {
            assertThat(killed.process().isAlive()).isTrue();
            Thread.sleep(20);
        }
        killed.process().destroyForcibly().waitFor();
        assertThat(checkout.root.resolve("only-one")).exists();

        Run next = checkout.start();

        assertThat(next).satisfies(startedBy(jdk));
        assertThat(next.errors()).contains("Waiting for another build of this checkout to end");
        assertThat(checkout.root.resolve("two")).doesNotExist();
        assertThat(checkout.mavenCalls()).isEqualTo(2);
    }

    @Test
    void takesOverTheLockOfABuilderWhoseMavenHasEndedToo() throws Exception {
        Path jdk = checkout.jdk(checkout.machine.resolve("jdk"), "25");
        Process gone = new ProcessBuilder("sh", "-c", "exit 0").start();
        gone.waitFor();
        Path lock = Files.createDirectories(checkout.root.resolve(".orrery/build.lock"));
        Files.writeString(lock.resolve("process"), gone.pid() + "\n");
        Files.writeString(lock.resolve("maven"), gone.pid() + "\n");

        assertThat(checkout.start()).satisfies(startedBy(jdk));
        assertThat(lock).doesNotExist();
    }

    @Test
    void worksThroughALinkFromAnotherFolder() throws Exception {
        Path jdk = checkout.jdk(checkout.machine.resolve("jdk"), "25");
        Path link = Files.createSymbolicLink(checkout.home.resolve("o"), Path.of("../my checkout/orrery"));

        Run run = checkout.started(link, "x").end();

        assertThat(run).satisfies(startedBy(jdk));
        assertThat(run.output()).contains("my checkout/app/target/ready/");
    }

    private static ThrowingConsumer<Run> startedBy(Path java) {
        return run -> {
            assertThat(run.status()).as(run.errors()).isZero();
            assertThat(run.output()).startsWith("started by " + java.toRealPath() + "/bin/java\n");
        };
    }
}
