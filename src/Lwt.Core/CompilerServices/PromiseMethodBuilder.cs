namespace Lwt.Core.CompilerServices;

/// <summary>x</summary>
public struct PromiseMethodBuilder;

/// <summary>x</summary>
public struct PromiseMethodBuilder<T>;
