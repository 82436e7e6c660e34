using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Logist.Testing;

namespace Logist.Tests.Stores;

/// <summary>A file-changing system call below the watched directory, or an acknowledgement (<c>Name</c> = ack).</summary>
/// <param name="Nth">The how-manieth of its name in its thread: what strace counts for an injection.</param>
/// <param name="Path">Relative to the directory, "" = itself; of a rename the old one.</param>
internal sealed record SystemCall(string Name, int Nth, string Path, string To, byte[] Data, long Offset, bool Truncates);

/// <summary>The life of a job as strace saw it.</summary>
internal static partial class SystemCalls
{
    public const string Strace = "/usr/bin/strace";

    public const string Traced =
        "openat,pwrite64,write,fsync,fdatasync,?rename,renameat,renameat2,ftruncate,?mkdir,mkdirat,?unlink,unlinkat";

    public static async Task<List<SystemCall>> RecordAsync(string jobsDirectory, CancellationToken ct)
    {
        var log = jobsDirectory + ".strace";
        var command = StoreChild.Command(Strace, ["-f", "-y", "-xx", "-s", "2000000", "-e", $"trace={Traced}", "-o", log,
            Environment.ProcessPath!],
            $"life {jobsDirectory}");
        var (code, _, errors) = await StoreChild.RunAsync(command, ct);
        code.ShouldBe(0, errors);
        var lines = await File.ReadAllLinesAsync(log, ct);
        File.Delete(log);
        return Parse(lines, jobsDirectory);
    }

    private static List<SystemCall> Parse(string[] lines, string root)
    {
        var calls = new List<SystemCall>();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var unfinished = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var raw in lines)
        {
            var (thread, text) = (raw[..raw.IndexOf(' ', StringComparison.Ordinal)], raw[raw.IndexOf(' ',
                StringComparison.Ordinal)..].Trim());
            if (text.EndsWith("<unfinished ...>", StringComparison.Ordinal))
            {
                unfinished[thread] = text[..^"<unfinished ...>".Length];
                continue;
            }

            text = Resumed().Match(text) is { Success: true } resumed ? unfinished[thread] + text[resumed.Length..] : text;
            if (Call().Match(text) is not { Success: true } match)
            {
                continue;
            }

            var name = match.Groups["name"].Value;
            var key = thread + name;
            var nth = counts[key] = counts.GetValueOrDefault(key) + 1;
            if (match.Groups["result"].Value[0] != '-' && ToCall(name, nth, match.Groups["arguments"].Value, root) is { } call)
            {
                calls.Add(call);
            }
        }

        return calls;
    }

    private static SystemCall? ToCall(string name, int nth, string arguments, string root)
    {
        var texts = Quoted().Matches(arguments).Select(m => Bytes(m.Groups["hex"].Value)).ToList();
        var open = Descriptor().Match(arguments) is { Success: true } d ? Encoding.UTF8.GetString(Bytes(d.Groups["hex"].Value)) : "";
        string Named(int i) => Encoding.UTF8.GetString(texts[i]);
        long Last() => long.Parse(arguments[(arguments.LastIndexOf(',') + 1)..], CultureInfo.InvariantCulture);
        var kind = name switch { "renameat" or "renameat2" => "rename", "mkdirat" => "mkdir", "unlinkat" => "unlink", "fdatasync" =>
            "fsync", _ => name };
        var path = kind is "openat" or "rename" or "mkdir" or "unlink" ? Named(0) : open;
        if (kind == "write" && texts.Count == 1 && texts[0] is [(byte)'J' or (byte)'M', (byte)' ', ..])
        {
            return new SystemCall("ack", nth, Named(0).Trim(), "", [], 0, Truncates: false);
        }

        if ((path != root && !path.StartsWith(root + "/", StringComparison.Ordinal)) || (kind == "openat"
            && !arguments.Contains("O_CREAT", StringComparison.Ordinal)))
        {
            return null;
        }

        string Below(string full) => full.Length == root.Length ? "" : full[(root.Length + 1)..];
        return new SystemCall(name, nth, Below(path), kind == "rename" ? Below(Named(1)) : "", kind is "write" or "pwrite64" ? texts[0]
            : [],
            kind is "pwrite64" or "ftruncate" ? Last() : -1, kind == "openat" && arguments.Contains("O_TRUNC", StringComparison.Ordinal));
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace("\\x", "", StringComparison.Ordinal));

    [GeneratedRegex(@"^(?<name>\w+)\((?<arguments>.*)\)\s+= (?<result>-?\d+)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Call();

    [GeneratedRegex(@"^<\.\.\. \w+ resumed>", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Resumed();

    [GeneratedRegex("\"(?<hex>(\\\\x[0-9a-f]{2})*)\"", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^\d+<(?<hex>(\\x[0-9a-f]{2})*)>", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Descriptor();
}
