using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Logist.Core;
using Logist.Files;

namespace Logist.Stores;

/// <summary>All jobs of one directory, and which one is selected. jobs_index.json is a cache: its jobs are found by looking.</summary>
public sealed class JobsDirectory
{
    private readonly IJobStore? _store;

    internal const string Schema = "logist.jobs_index/v1";
    internal const int MaxIndexLength = 16 << 20, MinPrefix = 4;

    internal static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = true };

    /// <summary>Opens, and makes if needed, a jobs directory on a local file system.</summary>
    /// <param name="store">Knows which jobs there are; null: those that have a directory here.</param>
    /// <exception cref="LogistException">InvalidConfig or Storage.</exception>
    public JobsDirectory(string path, IJobStore? store = null)
    {
        _store = store;
        Root = System.IO.Path.GetFullPath(path);
        Make(Root);
    }

    public string Root { get; }

    internal string Index => Path.Combine(Root, "jobs_index.json");

    internal string IndexLock => Path.Combine(Root, "index.lock");

    /// <summary>Ids of all jobs, damaged ones too, in order.</summary>
    public IReadOnlyList<JobId> List() => _store?.List() ?? List(Root);

    /// <summary>The job that commands without a job mean; null: none is selected, or it is gone.</summary>
    public JobId? Current() => ReadCurrent() is { } id && Exists(id) ? id : null;

    /// <summary>The job with exactly this id, else the only one whose id begins so (at least four characters).</summary>
    /// <exception cref="LogistException">UnknownJob, or Usage when several ids begin so.</exception>
    public JobId Find(string idOrPrefix)
    {
        if (JobId.TryParse(idOrPrefix, out var exact) && Exists(exact))
        {
            return exact;
        }

        var all = List();
        var matches = idOrPrefix.Length < MinPrefix ? [] : all.Where(id =>
            id.Value.StartsWith(idOrPrefix, StringComparison.Ordinal)).ToArray();
        if (matches.Length > 1)
        {
            throw new LogistException(ErrorKind.Usage, $"\"{idOrPrefix}\" is not one job", $"{string.Join(", ", matches)} begin so",
                "type the whole id");
        }

        return matches.Length == 1 ? matches[0] : throw Unknown(idOrPrefix, all);
    }

    /// <summary>Makes a job the selected one and writes the index.</summary>
    /// <exception cref="LogistException">UnknownJob, Busy or Storage.</exception>
    public async Task SelectAsync(JobId job, CancellationToken ct)
    {
        if (!Exists(job))
        {
            throw Unknown(job.Value, List());
        }

        using var taken = new LockFile(IndexLock);
        for (var wait = 0; !taken.TryTake(); wait++)
        {
            if (wait == 2000)
            {
                throw new LogistException(ErrorKind.Busy, $"another process keeps {IndexLock}", null,
                    "look for a stopped logist process (ps -e)");
            }

            await Task.Delay(5, ct);
        }

        Durable.Replace(Index, Render(job, List()));
    }

    /// <summary>Removes what creations that crashed left behind.</summary>
    /// <returns>How many directories.</returns>
    public int RemoveUnfinished(TimeProvider time)
    {
        var removed = 0;
        foreach (var path in Directory.EnumerateDirectories(Root, ".new-*"))
        {
            // A directory without its lock yet is too young to judge; one whose lock is held is being built.
            if (time.GetUtcNow().UtcDateTime - Directory.GetLastWriteTimeUtc(path) < TimeSpan.FromHours(1))
            {
                continue;
            }

            using var alive = new LockFile(Path.Combine(path, "write.lock"));
            if (alive.TryTake())
            {
                Remove(path);
                removed++;
            }
        }

        return removed;
    }

    internal static IReadOnlyList<JobId> List(string root)
    {
        var jobs = new List<JobId>();
        foreach (var path in Directory.EnumerateDirectories(root))
        {
            if (JobId.TryParse(Path.GetFileName(path), out var id) && IsJob(JobLayout.For(root, id)))
            {
                jobs.Add(id);
            }
        }

        jobs.Sort((a, b) => string.CompareOrdinal(a.Value, b.Value));
        return jobs;
    }

    /// <summary>mkdir -p, durable, private, and only on a local file system.</summary>
    internal static void Make(string path)
    {
        MakeEach(path);
        using var directory = Durable.Open(path, Libc.ReadOnly | Libc.Directory);
        LocalFileSystem.Check(directory, path);
    }

    internal static void Remove(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (IOException)
        {
            // What cannot be removed has a name that no job can have; the next sweep tries again.
        }
        catch (UnauthorizedAccessException)
        {
            // The same.
        }
    }

    private static void MakeEach(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        var parent = Path.GetDirectoryName(path);
        if (parent is not null)
        {
            MakeEach(parent);
        }

        if (Libc.MakeDirectory(path) != 0 && Libc.LastError != Libc.EEXIST)
        {
            Durable.Check(-1, "mkdir", path);
        }

        Durable.SyncDirectory(parent!);
    }

    private bool Exists(JobId job) => _store?.Exists(job) ?? IsJob(JobLayout.For(Root, job));

    internal static bool IsJob(JobLayout layout) => Libc.Status(layout.Journal) is not null || Libc.Status(layout.Manifest) is not null;

    private static LogistException Unknown(string wanted, IReadOnlyList<JobId> all)
    {
        return new LogistException(ErrorKind.UnknownJob, $"there is no job \"{wanted}\"",
            DidYouMean.Hint(wanted, all.Select(id => id.Value)), "logist job list");
    }

    private JobId? ReadCurrent()
    {
        try
        {
            if (BoundedFile.TryReadAll(Index, MaxIndexLength) is not { } content)
            {
                return null;
            }

            var reader = new Utf8JsonReader(content);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isCurrent = reader.ValueTextEquals("current_job_id"u8);
                reader.Read();
                if (isCurrent)
                {
                    return JobId.TryParse(reader.GetString(), out var id) ? id : null;
                }

                reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or JobStateException)
        {
            // A cache that cannot be read selects nothing; the next select writes it anew.
        }

        return null;
    }

    private byte[] Render(JobId current, IReadOnlyList<JobId> jobs)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("schema"u8, Schema);
            writer.WriteString("current_job_id"u8, current.Value);
            writer.WriteStartObject("jobs"u8);
            foreach (var job in jobs)
            {
                writer.WriteString(job.Value, Path.Combine(Root, job.Value));
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
