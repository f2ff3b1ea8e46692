// The challenges of Lwt's tutorial in C#, each twice: as a query over promises, and with async and await.
using Lwt.Core;
using Lwt.Samples.Queries;

Console.WriteLine("As queries:");
EventLoop.Run(ByQuery.All);
Console.WriteLine("With async and await:");
EventLoop.Run(ByAwait.All);
