using System.Text;
using Logist.Core;
using Logist.Files;
using Logist.Processes;
using Microsoft.Win32.SafeHandles;

namespace Logist.Server.Feed;

/// <summary>Events of one job that were seen together; numbered in the order in which this server saw them.</summary>
/// <param name="After">The job's last event before.</param>
internal readonly record struct FeedEntry(JobId Job, long After, long Last);

/// <summary>
/// The order in which changes of all jobs were seen, so that a stream goes on after a restart without gap or double. A disposable
/// view: journals have the truth. Not synced, so it is only good within one boot; a new one has a new name in every cursor.
/// </summary>
internal sealed class FeedFile : IDisposable
{
    private const string FileName = "feed.log";

    private const int MaxLength = 64 << 20;

    private readonly SafeFileHandle _file;
    private readonly List<FeedEntry> _entries = [];
    private readonly Dictionary<JobId, (JobId Id, long Last)> _seen = [];
    private long _length;

    private FeedFile(string path, string name, long length, List<(JobId Job, long Last)> entries)
    {
        _file = Durable.Open(path, Libc.WriteOnly | Libc.NoFollow);
        (Name, _length) = (name, length);
        entries.ForEach(entry => Know(entry.Job, entry.Last));
    }

    /// <summary>Of this numbering; another one has another.</summary>
    public string Name { get; }

    public IReadOnlyList<FeedEntry> Entries => _entries;

    /// <summary>How many there are.</summary>
    public int Jobs => _seen.Count;

    /// <summary>Reads what servers of this boot have numbered; begins anew when there is nothing that can be trusted.</summary>
    /// <param name="jobs">
    /// Every job with its last event. A new numbering begins behind all that has happened: else the first listener would hear the
    /// whole history of every job as news.
    /// </param>
    /// <exception cref="LogistException">Storage.</exception>
    public static FeedFile Open(string jobsDirectory, IEnumerable<(JobId Job, long Last)> jobs)
    {
        var path = Path.Combine(jobsDirectory, FileName);
        if (OwnFiles.TryReadText(path, MaxLength) is { } text && NameIn(text) is { } known && TryParse(text, out var length) is { } entries)
        {
            return new FeedFile(path, known, length, entries);
        }

        return Begin(path, [.. jobs]);
    }

    /// <summary>A new numbering of the same jobs, in the place of this one.</summary>
    /// <exception cref="LogistException">Storage: this one is as it was.</exception>
    public FeedFile Anew(string jobsDirectory) => Begin(Path.Combine(jobsDirectory, FileName), [.. _seen.Values]);

    /// <param name="last">Less than before: a person removed the job, and may have made another one of that name.</param>
    /// <returns>False: it is in the feed already.</returns>
    public bool Add(JobId job, long last)
    {
        if (last == _seen.GetValueOrDefault(job).Last)
        {
            return false;
        }

        var line = Encoding.ASCII.GetBytes(Line(job, last));
        Durable.Check(Libc.WriteAt(_file, line, _length), "write", "feed.log");
        _length += line.Length;
        Know(job, last);
        return true;
    }

    public void Dispose() => _file.Dispose();

    private static FeedFile Begin(string path, List<(JobId Job, long Last)> before)
    {
        var name = Guid.NewGuid().ToString("n")[..12];
        var begin = Encoding.ASCII.GetBytes($"{BootId.Current} {name}\n{string.Concat(before.Select(job => Line(job.Job, job.Last)))}");
        OwnFiles.Write(path, begin);
        return new FeedFile(path, name, begin.Length, before);
    }

    /// <returns>Null: numbered in another boot, when the end of the file may have been lost.</returns>
    private static string? NameIn(string text) =>
        text.Split('\n', 2)[0].Split(' ') is [var boot, { Length: > 0 } name] && boot == BootId.Current ? name : null;

    /// <param name="length">Up to the last whole line: a server may have been killed while it wrote one.</param>
    private static List<(JobId Job, long Last)>? TryParse(string text, out long length)
    {
        length = text.LastIndexOf('\n') + 1;
        var entries = new List<(JobId, long)>();
        foreach (var line in text[..(int)length].Split('\n').AsSpan(1..^1))
        {
            if (line.Split(' ') is not [var job, var seq] || !JobId.TryParse(job, out var id) || !long.TryParse(seq, out var last))
            {
                return null;
            }

            entries.Add((id, last));
        }

        return entries;
    }

    private static string Line(JobId job, long last) => $"{job} {last}\n";

    private void Know(JobId job, long last)
    {
        // One text for each job, however often it is in the feed.
        var (id, seen) = _seen.TryGetValue(job, out var known) ? known : (job, 0);
        _entries.Add(new FeedEntry(id, seen < last ? seen : 0, last));
        _seen[job] = (id, last);
    }
}
