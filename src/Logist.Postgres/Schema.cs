using System.Reflection;
using Logist.Core;
using Npgsql;

namespace Logist.Postgres;

/// <summary>Numbered migrations, each applied once in a transaction of its own. They are only ever added.</summary>
internal static class Schema
{
    private const long Lock = 5641778212;

    private static readonly string[] Migrations = [.. Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Order(StringComparer.Ordinal)];

    /// <exception cref="LogistException">InvalidConfig: it may lose what it committed, is read only, or is of a later version.</exception>
    public static void Prepare(NpgsqlConnection connection, string shown)
    {
        LogistException Unfit(string why, string fix) => new(ErrorKind.InvalidConfig, $"{shown} cannot keep jobs", why, fix);
        if (Ask(connection, "SELECT current_setting('fsync') || current_setting('full_page_writes')") is not "onon")
        {
            throw Unfit("fsync or full_page_writes is off: a power cut loses or tears what was committed", "turn both on");
        }

        if (Ask(connection, "SELECT pg_is_in_recovery()::text") is "true")
        {
            throw Unfit("it is a read-only copy of another database", "name the primary");
        }

        var current = Version(connection);
        if (current > Migrations.Length)
        {
            throw Unfit($"its tables are of version {current}, this program knows {Migrations.Length}", "update logist");
        }

        if (current < Migrations.Length)
        {
            Migrate(connection);
        }
    }

    private static void Migrate(NpgsqlConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        Do(connection, $"SELECT pg_advisory_xact_lock({Lock})");
        Do(connection, """
            CREATE SCHEMA IF NOT EXISTS logist;
            CREATE TABLE IF NOT EXISTS logist.version (number int PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now())
            """);
        for (var next = Version(connection); next < Migrations.Length; next++)
        {
            Do(connection, Text(Migrations[next]));
            Do(connection, $"INSERT INTO logist.version (number) VALUES ({next + 1})");
        }

        transaction.Commit();
    }

    private static int Version(NpgsqlConnection connection) => Ask(connection, "SELECT to_regclass('logist.version')::text") is null ? 0
        : int.Parse(Ask(connection, "SELECT coalesce(max(number), 0)::text FROM logist.version")!, null);

#pragma warning disable CA2100 // Texts of this assembly, and numbers.
    private static string? Ask(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar() as string;
    }

    private static void Do(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
#pragma warning restore CA2100

    private static string Text(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
