// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QStringList>

#include <span>

namespace Tidegate {

class SqlConnection;

//! The statements that lead from schema version - 1 to version.
struct Migration
{
    int version;
    QStringList statements;
};

//! Brings the schema up to the last of \p steps, one transaction per step. Steps ascend by one, from 1.
//! Refuses a database of a newer program, and one that is not ours at all, without touching it.
Result<void> migrate(SqlConnection &connection, std::span<const Migration> steps);

} // namespace Tidegate
