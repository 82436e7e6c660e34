using Logist.Core;

namespace Logist.Stores;

/// <summary>Where everything of one job lies, all below <c>&lt;jobs directory&gt;/&lt;job&gt;</c>. Paths are absolute.</summary>
public sealed record JobLayout(string Directory)
{
    public static JobLayout For(string jobsDirectory, JobId job) => new(Path.Combine(jobsDirectory, job.Value));

    public string Manifest => Path.Combine(Directory, "job_manifest.json");

    public string Journal => Path.Combine(Directory, "history.jsonl");

    /// <summary>Compiled workflows by content: <c>&lt;sha&gt;.json</c>.</summary>
    public string Workflows => Path.Combine(Directory, "workflows");

    public string WriteLock => Path.Combine(Directory, "write.lock");

    public string RunLock => Path.Combine(Directory, "run.lock");

    public string Repository => Path.Combine(Directory, "repo.git");

    public string Workspace => Path.Combine(Directory, "workspace");

    /// <summary>Working directory of steps with <c>workspace: none</c>.</summary>
    public string Scratch => Path.Combine(Directory, "scratch");

    public string Attempts => Path.Combine(Directory, "attempts");

    public string HostLog => Path.Combine(Directory, "host.log");

    public string HostSocket => Path.Combine(Directory, "host.sock");

    public string AliveLock => Path.Combine(Directory, "alive.lock");

    /// <summary>Made only when there is something to keep.</summary>
    public string Attempt(AttemptId attempt) => Path.Combine(Attempts, attempt.Local);
}
