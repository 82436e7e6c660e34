using Logist.Core;
using Logist.Core.Workflows;
using Logist.Files;
using Logist.Stores;
using Microsoft.Win32.SafeHandles;

namespace Logist.Workflows;

/// <summary>
/// A compiled workflow as bytes: canonical JSON (defaults omitted, one order, so equal workflows are equal bytes), named by its SHA-256.
/// Kept in the job as <c>workflows/&lt;sha&gt;.json</c>; a run refers to it and nothing outside can change it.
/// </summary>
public static class CompiledWorkflow
{
    private static readonly System.Buffers.SearchValues<char> Hexadecimal = System.Buffers.SearchValues.Create("0123456789abcdef");

    internal const string Schema = "logist.workflow/v1";

    // 10,000 steps from a file of 4 MiB, each with the defaults and a prompt file of 1 MiB at worst; beyond this it is not ours.
    private const long MaxBytes = 1L << 30;

    public static byte[] Write(WorkflowDefinition workflow) => CompiledWorkflowWriter.Write(workflow);

    /// <exception cref="LogistException">Corrupt: not what <see cref="Write"/> writes.</exception>
    public static WorkflowDefinition Read(ReadOnlySpan<byte> json) => CompiledWorkflowReader.Read(json);

    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Sha(ReadOnlySpan<byte> json)
    {
        Span<byte> hash = stackalloc byte[Sha256.Size];
        Sha256.Hash(json, hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>Durable when it returns. The same workflow again leaves the file alone.</summary>
    /// <returns>The name to store in <c>workflow_run.created</c>.</returns>
    /// <exception cref="LogistException">Storage.</exception>
    public static string Save(JobLayout job, WorkflowDefinition workflow)
    {
        var json = Write(workflow);
        var sha = Sha(json);
        var path = PathOf(job, sha);
        MakeDirectory(job);
        if (File.Exists(path) && TryRead(path) is { } existing && existing.AsSpan().SequenceEqual(json))
        {
            // Its writer may have been killed between the rename and the directory's fsync.
            Durable.SyncDirectory(job.Workflows);
            return sha;
        }

        Durable.Replace(path, json);
        return sha;
    }

    /// <exception cref="LogistException">Corrupt: missing, or its bytes are not those of its name.</exception>
    public static WorkflowDefinition Load(JobLayout job, string sha)
    {
        if (sha.Length != 64 || sha.AsSpan().ContainsAnyExcept(Hexadecimal))
        {
            throw new LogistException(ErrorKind.Corrupt, $"{Node.Quote(sha)} does not name a compiled workflow");
        }

        var path = PathOf(job, sha);
        var json = TryRead(path)
            ?? throw new LogistException(ErrorKind.Corrupt, $"{path} is missing or cannot be read", "the journal refers to it",
            "restore it from a backup");
        var actual = Sha(json);
        return actual == sha ? Read(json)
            : throw new LogistException(ErrorKind.Corrupt, $"{path} is damaged", $"its SHA-256 is {actual}", "restore it from a backup");
    }

    private static string PathOf(JobLayout job, string sha) => Path.Combine(job.Workflows, sha + ".json");

    private static void MakeDirectory(JobLayout job)
    {
        if (Directory.Exists(job.Workflows))
        {
            return;
        }

        OwnFiles.MakeDirectory(job.Workflows);
        Durable.SyncDirectory(job.Directory);
    }

    private static byte[]? TryRead(string path)
    {
        using var file = Libc.TryOpen(path, Libc.ReadOnly | Libc.NoFollow | Libc.NonBlock);
        try
        {
            return file is null || RandomAccess.GetLength(file) > MaxBytes ? null : ReadAll(file);
        }
        catch (Exception e) when (e is IOException or NotSupportedException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static byte[] ReadAll(SafeFileHandle file)
    {
        var bytes = new byte[RandomAccess.GetLength(file)];
        var length = 0;
        for (int n; length < bytes.Length && (n = RandomAccess.Read(file, bytes.AsSpan(length), length)) > 0; length += n) { }
        return length == bytes.Length ? bytes : bytes[..length];
    }
}
