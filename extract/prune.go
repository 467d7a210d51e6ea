package extract

func (t *tree) prune() {}
func (t *tree) trim(lines []line) {}
