using Logist.Core;
using Logist.Files;

namespace Logist.Git;

/// <summary>Where git is and what it may see: looked up once along PATH, absolute directories only.</summary>
internal static class GitProgram
{
    /// <summary>Before every command. A command line outranks what any repository configures.</summary>
    public static readonly string[] Hardening =
    [
        "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "gc.auto=0", "-c", "maintenance.auto=false",
        "-c", "protocol.allow=never", "-c", "core.alternateRefsCommand=true", "--no-pager",
    ];

    private static string? _path;

    /// <exception cref="LogistException">MissingTool: no git on PATH.</exception>
    public static string Path => _path ??= Find(Environment.GetEnvironmentVariable("PATH"))
        ?? throw new LogistException(ErrorKind.MissingTool, "git is not installed", "no git program was found on PATH",
            "install git 2.38 or newer");

    /// <summary>Nothing of the caller's environment reaches git: no aliases, no helpers, no redirected repositories.</summary>
    public static string[] BuildEnvironment(params string[] more) =>
    [
        $"PATH={System.IO.Path.GetDirectoryName(Path)}:/usr/bin:/bin", "LC_ALL=C", "HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1",
        "GIT_CONFIG_GLOBAL=/dev/null", "GIT_ATTR_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1",
        "GIT_NO_REPLACE_OBJECTS=1", .. more,
    ];

    /// <summary>Empty and relative entries mean the current directory, where a repository may have planted a program.</summary>
    internal static string? Find(string? searchPath)
    {
        foreach (var directory in (searchPath ?? "").Split(':'))
        {
            if (directory.StartsWith('/'))
            {
                var candidate = System.IO.Path.Combine(directory, "git");
                var target = Posix.StatusOfPath(candidate).Kind == FileKind.Link
                    ? File.ResolveLinkTarget(candidate, returnFinalTarget: true)?.FullName
                    : candidate;
                if (target is not null && Posix.StatusOfPath(target) is { Kind: FileKind.Regular, IsExecutable: true })
                {
                    return candidate;
                }
            }
        }

        return null;
    }
}
