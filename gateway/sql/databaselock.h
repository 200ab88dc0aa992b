// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QString>

#include <memory>

class QLockFile;

namespace Tidegate {

//! Keeps other processes from a database file for as long as it lives, by a file \p path + ".lock".
class DatabaseLock
{
public:
    //! Makes the folder too. The error names the process that has it.
    static Result<std::unique_ptr<DatabaseLock>> acquire(const QString &path);
    ~DatabaseLock();
    Q_DISABLE_COPY_MOVE(DatabaseLock)

private:
    explicit DatabaseLock(std::unique_ptr<QLockFile> file);

    std::unique_ptr<QLockFile> m_file;
};

} // namespace Tidegate
