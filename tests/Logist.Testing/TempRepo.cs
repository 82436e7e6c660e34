using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Logist.Testing;

/// <summary>A real git repository in a temporary directory, made by the git on PATH; deleted with the object.</summary>
public sealed class TempRepo : IDisposable
{
    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal)
    {
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin", ["HOME"] = "/nonexistent", ["LC_ALL"] = "C", ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
        ["GIT_AUTHOR_NAME"] = "Ann", ["GIT_AUTHOR_EMAIL"] = "ann@example.com", ["GIT_AUTHOR_DATE"] = "1700000000 +0000",
        ["GIT_COMMITTER_NAME"] = "Ann", ["GIT_COMMITTER_EMAIL"] = "ann@example.com", ["GIT_COMMITTER_DATE"] = "1700000000 +0000",
    };

    private readonly string _top;

    /// <param name="name">Last part of the path; may hold spaces and other characters that programs trip over.</param>
    public TempRepo(string name = "source", string objectFormat = "sha1", bool init = true)
    {
        _top = System.IO.Directory.CreateTempSubdirectory("logist-test-").FullName;
        Directory = Path.Combine(_top, name);
        System.IO.Directory.CreateDirectory(Directory);
        if (init)
        {
            Git("init", "-q", "-b", "main", $"--object-format={objectFormat}");
        }
    }

    public string Directory { get; }

    /// <summary>A fresh path beside the repository.</summary>
    public string Beside(string name) => Path.Combine(_top, name);

    public string this[string path]
    {
        get => File.ReadAllText(Path.Combine(Directory, path));
        set
        {
            var full = Path.Combine(Directory, path);
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, value);
        }
    }

    public string Commit(string message = "change")
    {
        Git("add", "-A");
        Git("commit", "-q", "--allow-empty", "-m", message);
        return Git("rev-parse", "HEAD");
    }

    public string Git(params string[] arguments) => GitIn(Directory, arguments);

    /// <summary>Runs git with a clean environment; its output without the last newline.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it printed.</exception>
    public static string GitIn(string directory, params string[] arguments)
    {
        var (exit, output, error) = TryGitIn(directory, arguments);
        return exit == 0 ? output.TrimEnd('\n')
            : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: exit {exit}: {error}");
    }

    public static (int Exit, string Output, string Error) TryGitIn(string directory, params string[] arguments) => Run("git", directory,
        arguments);

    /// <summary>Runs a shell line in a directory, for what the framework cannot express (names that are not UTF-8, FIFOs).</summary>
    public static void Shell(string directory, string line)
    {
        var (exit, _, error) = Run("/bin/sh", directory, ["-c", line]);
        if (exit != 0)
        {
            throw new InvalidOperationException($"{line}: exit {exit}: {error}");
        }
    }

    /// <summary>One text that is equal as long as no file, link, mode or content below a directory changed.</summary>
    public static string Fingerprint(string directory, bool withTimes = false)
    {
        var lines = new List<string>();
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            // Lock files may be held exclusively, and a socket cannot be read.
            var content = entry is FileInfo { LinkTarget: null, Extension: not (".lock" or ".sock") }
                ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(entry.FullName))) : entry.LinkTarget ?? "";
            lines.Add($"{Path.GetRelativePath(directory, entry.FullName)} {entry.UnixFileMode} {content} "
                + $"{(withTimes ? entry.LastWriteTimeUtc.Ticks : 0)}");
        }

        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    public void Dispose() => Shell("/", $"chmod -R u+rwX '{_top}'; rm -rf '{_top}'");

    private static (int Exit, string Output, string Error) Run(string program, string directory, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8, UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
