// SPDX-License-Identifier: MIT
#pragma once

#include <QStringList>

namespace Tidegate {

//! The candidate a person most likely meant by \p word: letter case, '-', '_' and '.' do not count, a few typing
//! mistakes are allowed. Empty if none is near.
QString nearestName(const QString &word, const QStringList &candidates);

//! "; did you mean \"x\"?" or nothing.
QString didYouMean(const QString &suggestion);

} // namespace Tidegate
