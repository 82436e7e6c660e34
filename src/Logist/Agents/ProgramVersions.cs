using System.Text;
using Logist.Core;
using Logist.Files;
using Logist.Processes;

namespace Logist.Agents;

/// <summary>
/// Which version of a program is installed: what <c>--version</c> prints, remembered for a day as long as the file is the same. An
/// agent takes up to seconds to say it.
/// </summary>
/// <param name="home">LOGIST_HOME; while it does not exist nothing is kept.</param>
public sealed class ProgramVersions(string home, TimeProvider time)
{
    private const int MaxCacheBytes = 1 << 20, MaxOutputBytes = 64 << 10;

    // What a shim in front of the program starts may change without the shim.
    private static readonly TimeSpan Fresh = TimeSpan.FromDays(1);

    // No look for updates, no reports: somebody may only want to know what is here.
    private static readonly string[] Quiet =
        ["DISABLE_AUTOUPDATER=1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1", "OPENCODE_DISABLE_AUTOUPDATE=1",
            "OPENCODE_DISABLE_MODELS_FETCH=1", "GEMINI_CLI_NO_RELAUNCH=true", "NO_UPDATE_NOTIFIER=1", "NO_COLOR=1", "TERM=dumb"];

    private readonly string _file = Path.Combine(home, "cache", "agent-versions.json");
    private readonly Lock _lock = new();

    /// <summary>How long a program may take to say its version.</summary>
    internal TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Never fails.</summary>
    /// <param name="program">A name for PATH, or a path.</param>
    /// <param name="environment">Where to look, and all that the program gets.</param>
    /// <returns><c>2.1.328</c>; null: there is no such program, or it does not say.</returns>
    public Task<string?> OfAsync(string program, IReadOnlyDictionary<string, string> environment, CancellationToken ct) =>
        Task.Run(() => Of(program, environment, askAnew: false)?.Version, ct);

    /// <summary>Where the program is, and its version, asked for anew.</summary>
    /// <returns>Null: there is no such program.</returns>
    internal (string Path, string? Version)? Ask(string program, IReadOnlyDictionary<string, string> environment) =>
        Of(program, environment, askAnew: true);

    /// <returns>Null: there is no such program.</returns>
    internal static string? Find(string program, IReadOnlyDictionary<string, string> environment) =>
        Programs.Find(program, "/", Lines(environment)).Path is { } path && File.Exists(path) ? path : null;

    /// <returns>The first word of a text that begins like a version: digits, a dot, digits.</returns>
    internal static string? In(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiDigit(text[i]) || (i > 0 && (char.IsAsciiLetterOrDigit(text[i - 1]) || text[i - 1] is '.' or '-')
                && !(text[i - 1] is 'v' && (i == 1 || char.IsWhiteSpace(text[i - 2])))))
            {
                continue;
            }

            var word = text[i..];
            var end = word.IndexOfAnyExcept(Words);
            word = (end < 0 ? word : word[..end]).TrimEnd(".-+_");
            var dot = word.IndexOf('.');
            if (dot > 0 && dot + 1 < word.Length && !word[..dot].ContainsAnyExceptInRange('0', '9') && char.IsAsciiDigit(word[dot + 1]))
            {
                return word.ToString();
            }
        }

        return null;
    }

    private static readonly System.Buffers.SearchValues<char> Words =
        System.Buffers.SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-+_");

    private (string Path, string? Version)? Of(string program, IReadOnlyDictionary<string, string> environment, bool askAnew)
    {
        try
        {
            var variables = Lines(environment);
            if (Programs.Find(program, "/", variables).Path is not { } path || Identity(path) is not { } identity)
            {
                return null;
            }

            lock (_lock)
            {
                if (!askAnew && Known().TryGetValue(path, out var known) && known.Identity == identity
                    && time.GetUtcNow() - known.At is var age && age >= TimeSpan.Zero && age < Fresh)
                {
                    return (path, known.Version);
                }
            }

            var version = Ask(path, variables);
            if (version is not null)
            {
                Remember(path, new VersionCache.Entry(identity, version, time.GetUtcNow()));
            }

            return (path, version);
        }
        catch (Exception e) when (e is LogistException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static List<string> Lines(IReadOnlyDictionary<string, string> environment)
    {
        var lines = new List<string>(environment.Count);
        foreach (var (name, value) in environment)
        {
            lines.Add($"{name}={value}");
        }

        return lines;
    }

    private string? Ask(string path, List<string> variables)
    {
        var output = new ByteBuffer(MaxOutputBytes);
        var child = new Child(path, path, ["--version"], [.. variables, .. Quiet]);
        _ = ChildProcess.Run(child, default, output.AppendWhatFits, _ => { }, Limit);
        return In(Encoding.UTF8.GetString(output.ToArray()));
    }

    // Package managers give every file the same time, a launcher keeps its size, and a file system gives numbers of files away again:
    // only the time of the last change is the kernel's own.
    private static string? Identity(string path)
    {
        var file = new FileInfo(path);
        file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        return Libc.Status(file.FullName) is { } status
            ? $"{file.FullName}|{status.Inode}|{status.Size}|{file.LastWriteTimeUtc.Ticks}|{status.Changed}" : null;
    }

    private Dictionary<string, VersionCache.Entry> Known() => VersionCache.Read(OwnFiles.TryRead(_file, MaxCacheBytes));

    private void Remember(string path, VersionCache.Entry entry)
    {
        if (!Directory.Exists(home))
        {
            return;
        }

        lock (_lock)
        {
            var all = Known();
            all[path] = entry;
            OwnFiles.Write(_file, VersionCache.Write(all));
        }
    }
}
