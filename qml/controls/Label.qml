// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! Text in the console's type. Plain text only: nothing a client sent is read as markup.
Text {
    property bool isNumber: false

    color: Theme.text
    font.family: isNumber ? Theme.numberFamily : Theme.family
    // The number face runs wide; a size smaller it stands level with the text.
    font.pixelSize: isNumber ? Theme.smallSize : Theme.bodySize
    textFormat: Text.PlainText
    elide: Text.ElideRight
    verticalAlignment: Text.AlignVCenter
}
