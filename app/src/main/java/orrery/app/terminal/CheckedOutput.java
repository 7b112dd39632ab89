package orrery.app.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A standard stream that reports errors: {@link java.io.PrintStream} would swallow them, and a program whose reader has
 * left would continue to compute.
 */
final class CheckedOutput extends OutputStream {
    private final FileOutputStream stream;

    CheckedOutput(FileDescriptor descriptor) {
        stream = new FileOutputStream(descriptor);
    }

    @Override
    public void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        try {
            stream.write(bytes, offset, length);
        } catch (IOException e) {
            throw new OutputClosedException(e);
        }
    }
}
