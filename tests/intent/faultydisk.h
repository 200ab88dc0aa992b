// SPDX-License-Identifier: MIT
#pragma once

namespace Tidegate {

//! SQLite's default file system of this process, wrapped so that a test can let the disk fail. Set from the test's
//! thread, obeyed on the store's.
namespace FaultyDisk {

//! Once, before the first connection.
void install();

//! Lets \p count more writes and syncs through; all later ones fail as a full disk does, until heal().
void failAfter(int count);
void heal();

//! Whether a call has failed since failAfter().
bool hasFailed();

} // namespace FaultyDisk

} // namespace Tidegate
