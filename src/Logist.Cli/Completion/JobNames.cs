using System.Text.Json;
using Logist.Core;
using Logist.Files;
using Logist.Stores;

namespace Logist.Cli.Completion;

/// <summary>Names of jobs and steps for completion: best effort, no lock, no error.</summary>
internal sealed class JobNames(Surroundings surroundings)
{
    private const int MaxManifest = 4 << 20;
    private string? _option;

    /// <summary>Takes the value of <c>--jobs-dir</c>.</summary>
    public void Use(string jobsDirectory) => _option = jobsDirectory;

    public IEnumerable<string> Jobs() => BestEffort(() =>
    {
        var directory = surroundings.JobsDirectory(_option);
        return Directory.Exists(directory) ? [.. new JobsDirectory(directory).List().Select(job => job.Value)] : [];
    });

    public IEnumerable<string> Steps(string job) => BestEffort(() =>
    {
        if (!JobId.TryParse(job, out var id))
        {
            return [];
        }

        var manifest = JobLayout.For(surroundings.JobsDirectory(_option), id).Manifest;
        return OwnFiles.TryRead(manifest, MaxManifest) is { } content ? PhaseNames(content) : [];
    });

    private static List<string> PhaseNames(byte[] manifest)
    {
        var names = new List<string>();
        var reader = new Utf8JsonReader(manifest);
        var inPhases = false;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
            {
                inPhases = reader.ValueTextEquals("phases");
            }
            else if (inPhases && reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 3
                && reader.ValueTextEquals("name") && reader.Read())
            {
                names.Add(reader.GetString()!);
            }
        }

        return names;
    }

    private static List<string> BestEffort(Func<List<string>> find)
    {
        try
        {
            return find();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or LogistException
            or InvalidOperationException)
        {
            return [];
        }
    }
}
