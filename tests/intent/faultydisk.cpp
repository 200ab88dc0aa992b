// SPDX-License-Identifier: MIT
#include "faultydisk.h"

#include <sqlite3.h>

#include <atomic>
#include <climits>
#include <cstring>

namespace Tidegate::FaultyDisk {

namespace {

sqlite3_vfs *s_real = nullptr;
sqlite3_vfs s_wrapped;
std::atomic<int> s_left = INT_MAX;
std::atomic<bool> s_hasFailed = false;

// The file SQLite sees; the real one lies behind it in the same allocation.
struct File
{
    sqlite3_file base;
    sqlite3_file *real;
};

sqlite3_file *realOf(sqlite3_file *file)
{
    return reinterpret_cast<File *>(file)->real;
}

bool fails()
{
    if (s_left.load() == INT_MAX || s_left.fetch_sub(1) > 0)
        return false;
    s_left = 0;
    s_hasFailed = true;
    return true;
}

int write(sqlite3_file *file, const void *data, int bytes, sqlite3_int64 offset)
{
    if (!fails())
        return realOf(file)->pMethods->xWrite(realOf(file), data, bytes, offset);
    // A torn write: half of it has reached the disk.
    realOf(file)->pMethods->xWrite(realOf(file), data, bytes / 2, offset);
    return SQLITE_FULL;
}

int sync(sqlite3_file *file, int flags)
{
    return fails() ? SQLITE_IOERR_FSYNC : realOf(file)->pMethods->xSync(realOf(file), flags);
}

template <auto Method>
struct Forward;
template <typename... Args, int (*sqlite3_io_methods::*Method)(sqlite3_file *, Args...)>
struct Forward<Method>
{
    static int call(sqlite3_file *file, Args... args)
    {
        return (realOf(file)->pMethods->*Method)(realOf(file), args...);
    }
};

void shmBarrier(sqlite3_file *file)
{
    realOf(file)->pMethods->xShmBarrier(realOf(file));
}

using Io = sqlite3_io_methods;
const sqlite3_io_methods Methods = {
    2, // without the memory-mapping calls of version 3
    Forward<&Io::xClose>::call,
    Forward<&Io::xRead>::call,
    write,
    Forward<&Io::xTruncate>::call,
    sync,
    Forward<&Io::xFileSize>::call,
    Forward<&Io::xLock>::call,
    Forward<&Io::xUnlock>::call,
    Forward<&Io::xCheckReservedLock>::call,
    Forward<&Io::xFileControl>::call,
    Forward<&Io::xSectorSize>::call,
    Forward<&Io::xDeviceCharacteristics>::call,
    Forward<&Io::xShmMap>::call,
    Forward<&Io::xShmLock>::call,
    shmBarrier,
    Forward<&Io::xShmUnmap>::call,
    nullptr,
    nullptr,
};

int open(sqlite3_vfs *, const char *name, sqlite3_file *file, int flags, int *outFlags)
{
    auto *wrapped = reinterpret_cast<File *>(file);
    wrapped->real = reinterpret_cast<sqlite3_file *>(wrapped + 1);
    memset(wrapped->real, 0, size_t(s_real->szOsFile));
    const int code = s_real->xOpen(s_real, name, wrapped->real, flags, outFlags);
    wrapped->base.pMethods = wrapped->real->pMethods ? &Methods : nullptr;
    return code;
}

} // namespace

void install()
{
    s_real = sqlite3_vfs_find(nullptr);
    s_wrapped = *s_real;
    s_wrapped.zName = "faulty";
    s_wrapped.pNext = nullptr;
    s_wrapped.szOsFile = int(sizeof(File)) + s_real->szOsFile;
    s_wrapped.xOpen = open;
    sqlite3_vfs_register(&s_wrapped, 1);
}

void failAfter(int count)
{
    s_hasFailed = false;
    s_left = count;
}

void heal()
{
    s_left = INT_MAX;
}

bool hasFailed()
{
    return s_hasFailed;
}

} // namespace Tidegate::FaultyDisk
