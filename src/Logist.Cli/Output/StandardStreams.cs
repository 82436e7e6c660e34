using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Logist.Cli.Output;

/// <summary>The three standard streams. The framework's Console is not used: it costs 8 ms and hides failed writes.</summary>
internal sealed unsafe partial class StandardStreams : IDisposable
{
    private const int Input = 0, Output = 1, Error = 2;
    private readonly Func<(int Width, int Height)?> _size;

    public StandardStreams(TextWriter output, TextWriter error, bool inputIsTty, bool outputIsTty, bool errorIsTty,
        Func<(int Width, int Height)?> size)
    {
        (Out, Err, InputIsTty, OutputIsTty, ErrorIsTty, _size) = (output, error, inputIsTty, outputIsTty, errorIsTty, size);
    }

    public TextWriter Out { get; }

    public TextWriter Err { get; }

    /// <summary>What a person types; empty where nothing can be typed.</summary>
    public TextReader In { get; init; } = TextReader.Null;

    public bool InputIsTty { get; }

    public bool OutputIsTty { get; }

    public bool ErrorIsTty { get; }

    /// <summary>Nobody reads stdout any more: what goes on only to print may stop.</summary>
    public bool ReaderIsGone => Out is StreamWriter { BaseStream: DescriptorStream { IsClosed: true } };

    /// <summary>Of the terminal right now; null without one.</summary>
    public (int Width, int Height)? Size => _size();

#pragma warning disable CA2000 // Disposed with the streams.
    public static StandardStreams OfProcess()
    {
        return new StandardStreams(
            Writer(Output, failuresMatter: true, 4096, autoFlush: false),
            Writer(Error, failuresMatter: false, 1024, autoFlush: true),
            isatty(Input) == 1,
            isatty(Output) == 1,
            isatty(Error) == 1,
            TerminalSize)
        {
            In = new StreamReader(new FileStream(new SafeFileHandle(Input, ownsHandle: false), FileAccess.Read, 1)),
        };
    }
#pragma warning restore CA2000

    public void Dispose()
    {
        Out.Dispose();
        Err.Dispose();
    }

    private static StreamWriter Writer(int fd, bool failuresMatter, int bufferSize, bool autoFlush)
    {
#pragma warning disable CA2000 // The writer owns the stream.
        var stream = new DescriptorStream(fd, failuresMatter);
#pragma warning restore CA2000
        return new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize) { AutoFlush = autoFlush };
    }

    private static (int Width, int Height)? TerminalSize()
    {
        const int GetWindowSize = 0x5413;
        var size = stackalloc ushort[4];
        foreach (var fd in (ReadOnlySpan<int>)[Error, Output])
        {
            if (ioctl(fd, GetWindowSize, size) == 0 && size[1] > 0)
            {
                return (size[1], size[0]);
            }
        }

        return null;
    }

    [DllImport("libc")] private static extern int isatty(int fd);
    [DllImport("libc")] private static extern int ioctl(int fd, nuint request, ushort* size);
}

/// <summary>
/// write(2) on a descriptor. FileStream would write at offsets of its own and overwrite what other processes wrote to the same file.
/// A reader that went away ends the output quietly; the command goes on and keeps its exit code.
/// </summary>
internal sealed unsafe partial class DescriptorStream(int fd, bool failuresMatter) : Stream
{
    private const int EINTR = 4, EAGAIN = 11, EPIPE = 32;
    private bool _closed;

    public bool IsClosed => _closed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush() { }

    // What Stream does by default is the same in a thread of the pool, which every command would start for it (4 ms).
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            for (var done = 0; done < buffer.Length && !_closed;)
            {
                var written = (int)write(fd, start + done, buffer.Length - done);
                if (written >= 0)
                {
                    done += written;
                    continue;
                }

                var errno = Marshal.GetLastSystemError();
                switch (errno)
                {
                    case EINTR:
                        break;
                    case EAGAIN:
                        // The other end made the pipe non-blocking: wait until it takes more.
                        var wait = new PollDescriptor { Fd = fd, Events = 4 };
                        _ = poll(&wait, 1, -1);
                        break;
                    default:
                        _closed = true;
                        if (failuresMatter && errno != EPIPE)
                        {
                            throw new IOException($"cannot write to standard output: {Marshal.GetPInvokeErrorMessage(errno)}");
                        }

                        break;
                }
            }
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Fd;
        public short Events;
        public short Returned;
    }

    [DllImport("libc")] private static extern nint write(int fd, byte* data, nint count);
    [DllImport("libc")] private static extern int poll(PollDescriptor* descriptors, nuint count, int timeout);
}
