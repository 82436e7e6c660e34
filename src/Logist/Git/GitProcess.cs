using System.Text;
using Logist.Core;
using Logist.Files;
using Logist.Processes;

namespace Logist.Git;

internal sealed record GitResult(int ExitCode, byte[] Output, byte[] Error)
{
    public bool Ok => ExitCode == 0;

    /// <summary>The first output line; git ends it with a newline.</summary>
    public string Line
    {
        get
        {
            var end = Array.IndexOf(Output, (byte)'\n');
            return Encoding.UTF8.GetString(Output, 0, end < 0 ? Output.Length : end);
        }
    }

    public string ErrorText => PathText.Show(Error.AsSpan().TrimEnd((byte)'\n')).Replace("\\x0a", "; ", StringComparison.Ordinal);
}

/// <summary>Runs git to its end.</summary>
internal static class GitProcess
{
    private const int OutputMax = 256 << 20, ErrorMax = 64 << 10;

    /// <summary>Runs to the end. Output that goes to <paramref name="sink"/> is not collected and not limited.</summary>
    /// <exception cref="LogistException">Git: cannot be started, too much output, or not done in time.</exception>
    public static GitResult Run(string[] arguments, string[] environment, ReadOnlyMemory<byte> input, TimeSpan limit, Stream? sink = null)
    {
        var output = new ByteBuffer(OutputMax);
        var error = new ByteBuffer(ErrorMax);
        var (errno, code) = ChildProcess.Run(new Child("git", GitProgram.Path, arguments, environment), input,
            chunk => Take(output, chunk, sink), error.AppendWhatFits, limit);
        return errno != 0
            ? throw new LogistException(ErrorKind.Git, $"git could not be started ({GitProgram.Path})", Libc.ErrorText(errno),
                "logist doctor")
            : new GitResult(code ?? throw new LogistException(ErrorKind.Git, $"git {Verb(arguments)} did not end within {limit}", null,
                "try again; a very large repository needs a faster disk"), output.ToArray(), error.ToArray());
    }

    /// <summary>The command for messages: the first argument that is no option.</summary>
    public static string Verb(string[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is "-c" or "-C")
            {
                i++;
            }
            else if (!arguments[i].StartsWith('-'))
            {
                return arguments[i];
            }
        }

        return "";
    }

    private static void Take(ByteBuffer output, ReadOnlySpan<byte> chunk, Stream? sink)
    {
        if (sink is not null)
        {
            sink.Write(chunk);
        }
        else if (!output.Append(chunk))
        {
            throw new LogistException(ErrorKind.Git, $"git printed more than {OutputMax >> 20} MiB",
                "the repository is larger than Logist can handle", "use a smaller repository");
        }
    }
}
